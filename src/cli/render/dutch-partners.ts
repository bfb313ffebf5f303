/** What is said of partners, in Dutch. */
export const dutchPartners = {
  '{name}: one partner now; later files say it of this one.':
    '{name}: voortaan één partner; ook latere bestanden.',
  '{count} partners changed; {same} were so already.': '{count} partners gewijzigd; {same} waren al zo.',
  'Say whose they are: --partner <name> --cards {numbers}':
    'Zeg van wie zij zijn: --partner <naam> --cards {numbers}',
  '(no columns are remembered)': '(er zijn geen kolommen onthouden)',
  '{id} is forgotten: say it again with the next list.':
    '{id} is vergeten: zeg het opnieuw bij de volgende lijst.',
  columns: 'kolommen',
  headings: 'koppen',
  'changed on': 'gewijzigd op',
  forget: 'vergeten',
  'source id': 'nummer',
  'invitation: {state}': 'uitnodiging: {state}',
} as const
