/** What the renderers of the registry over time say, and how it reads in Dutch. */
export const dutchRegistry = {
  '(the registry was not put in a head yet)': '(het register is nog niet vastgelegd)',
  made: 'gemaakt',
  organisations: 'organisaties',
  root: 'wortel',
  'on the chain': 'op de keten',
  'on the chain at': 'op de keten om',
  'block {block}': 'blok {block}',
  'not yet': 'nog niet',
  'To keep it, add --json and send it to a file; regie registry verify reads that, also when this registry is no more.':
    'Om het te bewaren: voeg --json toe en stuur het naar een bestand; regie registry verify leest dat, ook als dit register er niet meer is.',
  'Proven.': 'Aangetoond.',
  'Not proven: what this file says counts for nothing.': 'Niet aangetoond: wat dit bestand zegt, telt niet.',
  authorised: 'gemachtigd',
  'To the network it is from now on: {roles}.': 'Voor het netwerk is dit voortaan: {roles}.',
  'at that moment': 'op dat moment',
} as const
