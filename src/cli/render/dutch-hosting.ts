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
  'data folder': 'datamap',
  'rows taken over': 'overgenomen rijen',
} as const
