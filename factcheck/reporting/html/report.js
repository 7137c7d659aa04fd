const $ = (selector, root) => (root || document).querySelector(selector);
const all = (selector, root) => [...(root || document).querySelectorAll(selector)];
const { id, publishers, words } = JSON.parse($('#data').textContent);
const say = (key, values) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const flat = (node) => node.textContent.replace(/\s+/g, ' ').trim();
const make = (tag, text, fields) => Object.assign(document.createElement(tag), text ? { textContent: text } : {}, fields);

// What is remembered: in the browser where it allows that, else for as long as the page is open.
const memory = new Map();
let lasting = true;
const recall = (key) => {
  try { return localStorage.getItem(`factcheck:${key}`); } catch { lasting = false; return memory.get(key) ?? null; }
};
const remember = (key, value) => {
  memory.set(key, value);
  try { localStorage.setItem(`factcheck:${key}`, value); } catch { lasting = false; }
};

// -- filters, in the address ---------------------------------------------------------------
const form = $('#tools'), status = $('#status');
const items = all('.item');
for (const item of items) if (!item.matches('details, .find')) item.tabIndex = -1;
for (const fact of all('.fact')) {
  const link = make('a', '#', { className: 'perma', href: `#${fact.id}` });
  link.setAttribute('aria-label', words.permalink);
  $('.text', fact).append('\u00a0', link);
}
const texts = new Map();
const textOf = (item) => {
  if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
  return texts.get(item);
};
const FIELDS = { label: 'l', verdict: 'v', kind: 'k', nature: 'n', publisher: 'p', type: 't', language: 'g' };
const readAddress = () => {
  const [target, query] = location.hash.slice(1).split('?');
  return [target, new URLSearchParams(query || '')];
};
const wanted = () => {
  const found = new URLSearchParams();
  for (const field of form.elements) if (field.name && field.value.trim()) found.set(field.name, field.value.trim());
  return found;
};
// A fact's verdict tells the label of the pairs that brought it.
const LABELS = { disputed: 'contradicts', superseded: 'contradicts', corroborated: 'supports', single_origin: 'supports', single_report: 'unrelated' };
const valuesOf = (item, name) => (item.dataset[FIELDS[name]] || (name === 'label' && LABELS[item.dataset.v]) || '').split(' ');
const passes = (item, filter) => {
  for (const [name, value] of filter) {
    if (name === 'q') {
      if (!value.toLowerCase().split(/\s+/).every((word) => textOf(item).includes(word))) return false;
      continue;
    }
    const key = name === 'publisher' ? String(publishers.indexOf(value)) : value;
    if (!valuesOf(item, name).includes(key)) return false;
  }
  return true;
};
const apply = () => {
  const filter = wanted();
  let shown = 0;
  for (const item of items) {
    item.hidden = !passes(item, filter);
    if (!item.hidden) shown += 1;
  }
  for (const section of all('[data-section]')) section.hidden = !$('.item:not([hidden])', section);
  const active = filter.size > 0;
  status.textContent = active ? (shown ? say('found', { shown, all: items.length }) : words.nothing_found) : '';
};
const writeAddress = () => {
  const [target] = readAddress();
  const query = wanted().toString();
  history.replaceState(null, '', `#${target}${query ? `?${query}` : ''}`);
};
const elsewhere = (target) => {
  const listed = all('.find a').find((link) => link.hash === `#${target}`), search = $('.scope a');
  if (listed) location.replace(listed.href);
  else if (search) location.replace(`${search.href}#${target}`);
};
const go = (target) => {
  const place = target && document.getElementById(target);
  if (!place) {
    if (/^(fact|dispute|explained)-/.test(target || '')) elsewhere(target);
    return;
  }
  for (let at = place; at; at = at.parentElement) {
    if (at.tagName === 'DETAILS') at.open = true;
    if (at.hidden && at.id !== 'tools') { form.reset(); apply(); }
  }
  place.scrollIntoView({ block: 'start' });
  if (place.tabIndex >= -1 && place.classList.contains('item')) place.focus({ preventScroll: true });
};
const followAddress = () => {
  const [target, query] = readAddress();
  for (const field of form.elements) if (field.name) field.value = query.get(field.name) || '';
  apply();
  go(target);
};
form.hidden = !items.length;
form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('input', () => { apply(); writeAddress(); });
$('#all').addEventListener('click', () => { form.reset(); apply(); writeAddress(); });
addEventListener('hashchange', followAddress);
document.addEventListener('click', (event) => {
  const link = event.target.closest && event.target.closest('a[href]');
  if (!link || link.rel === 'noreferrer' || link.download || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const query = wanted().toString();
  if (!query) return;
  event.preventDefault();
  if (!link.getAttribute('href').startsWith('#')) {
    location.assign(`${link.href}${link.hash ? '' : '#'}?${query}`);
    return;
  }
  history.pushState(null, '', `${link.getAttribute('href')}?${query}`);
  go(link.getAttribute('href').slice(1));
  writeAddress();
});

// -- keyboard ------------------------------------------------------------------------------
const help = $('#help'), keysOn = $('#keys-on');
keysOn.checked = recall('keys') !== 'off';
keysOn.addEventListener('change', () => remember('keys', keysOn.checked ? 'on' : 'off'));
$('#keys').addEventListener('click', () => help.showModal());
const stops = () => items.filter((item) => !item.hidden && (item.matches('.piece') || item.checkVisibility()));
const move = (step) => {
  const list = stops();
  const here = document.activeElement && document.activeElement.closest('.item');
  let next = list.indexOf(here) + step;
  if (!here) next = step > 0 ? list.findIndex((item) => item.getBoundingClientRect().top > -1) : list.length - 1;
  const item = list[Math.max(0, Math.min(list.length - 1, next))];
  if (!item) return;
  const place = item.matches('.piece') ? $('summary', item) : item.matches('.find') ? $('a', item) : item;
  place.focus({ preventScroll: true });
  item.scrollIntoView({ block: 'nearest' });
};
const unfold = () => {
  const item = document.activeElement && document.activeElement.closest('.item');
  if (!item) return;
  const folds = item.matches('details') ? [item] : all('details', item);
  const open = !folds.some((fold) => fold.open);
  for (const fold of folds) fold.open = open;
};
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') document.body.classList.add('quiet');
  if (event.ctrlKey || event.metaKey || event.altKey || !keysOn.checked || help.open) return;
  if (event.target.closest('input, select, textarea')) return;
  const act = { j: () => move(1), k: () => move(-1), o: unfold, '/': () => form.elements.q.focus(), '?': () => help.showModal() }[event.key];
  if (act) { event.preventDefault(); act(); }
});
for (const name of ['pointermove', 'focusin']) document.addEventListener(name, () => document.body.classList.remove('quiet'));

// The note of a claim: what its page brings along, else what the facts say that it is a part of.
const noteOf = (claim) => {
  let tip = $('.tip', claim);
  if (tip) return tip;
  const link = $('.s', claim);
  tip = make('span', '', { className: 'tip' });
  for (const target of [link.hash.slice(1), ...(link.dataset.f || '').split(' ')]) {
    const fact = target && document.getElementById(target);
    if (!fact) continue;
    const note = make('span', '', { className: `note ${$('.standing', fact).className.split(' ').pop()}` });
    note.append(make('b', $('.standing', fact).firstChild.textContent), ' ', make('bdi', flat($('[data-left]', fact))), make('small', flat($('.behind', fact))));
    tip.append(note);
  }
  claim.append(tip);
  return tip;
};
for (const name of ['pointerover', 'focusin']) {
  document.addEventListener(name, (event) => {
    const claim = event.target.closest && event.target.closest('.c');
    if (!claim) return;
    const tip = noteOf(claim), link = $('.s', claim);
    if (tip.id) return;
    tip.id = `n${link.id}`;
    tip.setAttribute('role', 'tooltip');
    link.setAttribute('aria-describedby', tip.id);
  });
}

// -- citations -----------------------------------------------------------------------------
const copyText = async (text) => {
  try { await navigator.clipboard.writeText(text); return true; } catch { /* no clipboard here: the old way */ }
  const box = make('textarea', '', { value: text, className: 'hid' });
  document.body.append(box);
  box.select();
  const done = document.execCommand('copy');
  box.remove();
  return done;
};
for (const place of all('.quote .go')) {
  const quote = place.closest('.quote'), item = place.closest('.item');
  const button = make('button', words.copy, { type: 'button' });
  button.addEventListener('click', async () => {
    const source = [flat($('cite', quote)), $('time', quote) && flat($('time', quote)), flat($('.att', quote))];
    const link = $('a[rel]', place);
    const text = `“${flat($('.said', quote))}” — ${source.filter(Boolean).join(', ')}${link ? `, ${link.href}` : ''} [${location.href.split('#')[0]}#${item.id}]`;
    if (await copyText(text)) {
      button.textContent = words.copied;
      setTimeout(() => { button.textContent = words.copy; }, 1500);
    }
  });
  place.append(' ', button);
}

// -- review --------------------------------------------------------------------------------
// Several pages of a report may be open, so what is kept is read again before it is changed.
let marks = {};
const reread = () => { try { marks = JSON.parse(recall(`review:${id}`) || '{}') || {}; } catch { marks = {}; } };
reread();
const reviewButton = $('#review'), bar = $('#marks');
const name = make('input', '', { type: 'text', value: recall('reviewer') || '', autocomplete: 'name' });
const nameLabel = make('label', `${words.reviewer} `);
nameLabel.append(name);
name.addEventListener('input', () => remember('reviewer', name.value));
const exportButton = make('button', words.export, { type: 'button' });
const forgetButton = make('button', words.forget, { type: 'button' });
const tally = make('span', '', { className: 'num' });
tally.setAttribute('role', 'status');
bar.prepend(nameLabel, exportButton, forgetButton, tally);
const tell = () => {
  const number = Object.keys(marks).length;
  tally.textContent = say('marks', { n: number });
  exportButton.disabled = forgetButton.disabled = !number;
  $('#kept').textContent = lasting ? words.kept : words.not_kept;
};
const keep = () => { remember(`review:${id}`, JSON.stringify(marks)); tell(); };
const targetOf = (item) => ['pair', 'dispute', 'fact'].find((name) => item.classList.contains(name));
const keyOf = (item) => `${targetOf(item)} ${item.dataset.id}`;
const strip = (item) => {
  const box = make('div', '', { className: 'review' });
  const target = targetOf(item);
  const buttons = ['accept', 'reject'].map((decision) => {
    const button = make('button', words[decision], { type: 'button' });
    button.addEventListener('click', () => decide({ decision, label: '' }));
    button.dataset.decision = decision;
    return button;
  });
  const choice = make('select');
  choice.setAttribute('aria-label', words.relabel);
  choice.append(make('option', words.relabel, { value: '' }));
  for (const label of ['supports', 'contradicts', 'unrelated']) choice.append(make('option', words[label], { value: label }));
  choice.addEventListener('change', () => decide(choice.value ? { decision: 'relabel', label: choice.value } : null));
  const note = make('input', '', { type: 'text', placeholder: words.note });
  note.setAttribute('aria-label', words.note);
  note.addEventListener('change', () => marks[keyOf(item)] && decide({ ...marks[keyOf(item)], again: true }));
  const show = () => {
    const mark = marks[keyOf(item)];
    for (const button of buttons) button.setAttribute('aria-pressed', String(Boolean(mark) && mark.decision === button.dataset.decision));
    choice.value = mark ? mark.label : '';
  };
  const decide = (mark) => {
    reread();
    const before = marks[keyOf(item)];
    if (!mark || (before && !mark.again && before.decision === mark.decision && before.label === mark.label)) {
      delete marks[keyOf(item)];
    } else {
      marks[keyOf(item)] = {
        target, id: item.dataset.id, decision: mark.decision, label: mark.label, note: note.value,
        at: new Date().toISOString(), left: flat($('[data-left]', item)), right: $('[data-right]', item) ? flat($('[data-right]', item)) : '',
      };
    }
    show();
    keep();
  };
  note.value = marks[keyOf(item)] ? marks[keyOf(item)].note : '';
  box.append(...buttons, ...(target === 'pair' ? [choice] : []), note);
  box.show = () => { note.value = marks[keyOf(item)] ? marks[keyOf(item)].note : ''; show(); };
  show();
  return box;
};
const renew = () => { reread(); tell(); for (const box of all('.review')) box.show(); };
reviewButton.setAttribute('aria-pressed', 'false');
reviewButton.addEventListener('click', () => {
  const on = bar.hidden;
  bar.hidden = !on;
  document.documentElement.classList.toggle('marking', on);
  reviewButton.setAttribute('aria-pressed', String(on));
  for (const item of all('[data-id]')) {
    const box = $('.review', item);
    if (box) box.hidden = !on;
    else if (on) item.append(strip(item));
  }
  renew();
});
forgetButton.addEventListener('click', () => { marks = {}; keep(); renew(); });
addEventListener('storage', (event) => { if (event.key === `factcheck:review:${id}`) renew(); });
addEventListener('pageshow', (event) => { if (event.persisted) renew(); });
// Spreadsheets run a cell that begins like this; they see text behind an apostrophe.
const cell = (value) => {
  const text = String(value).replace(/\s+/g, ' ').trim();
  const safe = /^[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
};
exportButton.addEventListener('click', () => {
  reread();
  const rows = Object.values(marks).map((m) => [m.target, m.id, m.decision, m.label, m.note, name.value, m.at, m.left, m.right]);
  rows.unshift(['target', 'id', 'decision', 'label', 'note', 'reviewer', 'decided_at', 'left_text', 'right_text']);
  const text = rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
  const link = make('a', '', { href: URL.createObjectURL(new Blob([text], { type: 'text/csv' })), download: 'review.csv' });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
addEventListener('beforeunload', (event) => { if (!lasting && Object.keys(marks).length) event.preventDefault(); });

// -- small things --------------------------------------------------------------------------
for (const graph of all('.graph')) {
  for (const origin of all('.origin', graph)) {
    const label = $('title', origin) || origin.querySelector('text').firstChild;
    const lit = (on) => {
      graph.classList.toggle('lit', on);
      for (const line of all('path', graph)) line.classList.toggle('on', on && line.dataset.o === label.textContent);
    };
    origin.addEventListener('pointerenter', () => lit(true));
    origin.addEventListener('pointerleave', () => lit(false));
  }
}
let closed = [];
addEventListener('beforeprint', () => { closed = all('details:not([open])'); for (const fold of closed) fold.open = true; });
addEventListener('afterprint', () => { for (const fold of closed) fold.open = false; });
if (location.hash.length > 1) followAddress();
