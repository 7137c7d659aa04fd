"""The detector is loaded once, whichever thread comes first."""

from __future__ import annotations

import subprocess
import sys

from factcheck.ingestion import language


def test_a_prepared_detector_is_the_one_that_answers() -> None:
    """Asked while it is still being loaded in the background, the detector answers rightly and is loaded once."""
    program = (
        "import sys, threading\n"
        "from factcheck.ingestion import language, language_model\n"
        "loads = []\n"
        "load = language_model.load\n"
        "language_model.load = lambda: loads.append(1) or load()\n"
        "language.prepare()\n"
        "print(language.guess('La diga è stata riparata in due giorni, dice il sindaco.'), len(loads))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "it 1\n"


def test_a_model_that_was_let_go_is_loaded_again_when_it_is_asked() -> None:
    """Letting go of what was never loaded is nothing; the answers before and after are the same."""
    language.release()
    words = "La diga è stata riparata in due giorni, dice il sindaco."
    before = language.guess(words)
    loaded = language._detector()
    language.release()
    assert (before, language.guess(words)) == ("it", "it")
    assert language._detector() is not loaded


def test_text_without_letters_has_no_language_and_loads_nothing() -> None:
    """Figures alone have no language, and finding that out costs nothing."""
    program = (
        "import sys\nfrom factcheck.ingestion import language\n"
        "print(language.guess('12 3,4 %'), 'py3langid' in sys.modules)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "None False\n"
