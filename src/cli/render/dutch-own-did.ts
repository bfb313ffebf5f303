/** What the renderers of the organisation's DID say, and how it reads in Dutch. */
export const dutchOwnDid = {
  'listed until': 'vermeld tot',
  'signs after': 'daarna tekent',
  'others see it within': 'anderen zien het binnen',
  'what becomes of them': 'wat ermee gebeurt',
  use: 'gebruik',
  number: 'aantal',
  credentials: 'bewijzen',
  'Under way: {kind}, {id}.': 'Onderweg: {kind}, {id}.',
  'Held under this key and not to be presented any more; ask its issuer for it again: {types}.':
    'Aan deze sleutel gebonden en niet meer te tonen; vraag het opnieuw aan wie het uitgaf: {types}.',
  'Not issued again, issue it yourself where it is still needed: {ids}.':
    'Niet opnieuw uitgegeven; doe dat zelf waar het nog nodig is: {ids}.',
  'The chain does not say so yet; the node goes on by itself.':
    'Op de blockchain staat het nog niet; de node gaat vanzelf verder.',
  'Nothing was done.': 'Er is niets gedaan.',
  'look again': 'kijk opnieuw',
  '(no credential that still counts is concerned)': '(het gaat om geen enkel bewijs dat nog geldt)',
} as const
