/** What the renderers of hosted nodes say, and how it reads in Dutch. */
export const dutchHosting = {
  'moved to': 'verhuisd naar',
  'made at': 'gemaakt op',
  'one-use code': 'eenmalige code',
  'Give the code to its administrator alone: regie activate makes account and key hers.':
    'Geef de code alleen aan de beheerder: met regie activate worden account en sleutel van haar.',
  ticket: 'ophaalbewijs',
  'Now, where it will live: regie import-node, and regie start.':
    'Nu op de nieuwe plek: regie import-node, en regie start.',
  'hosted node': 'node',
  node: 'node',
  'as it was at': 'zoals het was op',
  'What was done since then is not in it: take back again what was taken back, and look who asked what.':
    'Wat daarna gebeurde staat er niet in: trek opnieuw in wat was ingetrokken, en kijk wie wat vroeg.',
  'Who has this file and its passphrase has the keys of this node: keep them apart.':
    'Wie dit bestand en de wachtzin heeft, heeft de sleutels van deze node: bewaar ze apart.',
  'Another runs this node for you.': 'Een ander houdt deze node voor u in de lucht.',
  'This node is your own.': 'Deze node is van uzelf.',
  'data folder': 'datamap',
  'rows taken over': 'overgenomen rijen',
} as const
