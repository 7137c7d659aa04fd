"""Running many units of work: order kept, failures as data, bounded."""
