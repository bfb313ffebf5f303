/** What is said of partners, in Dutch. */
export const dutchPartners = {
  '{name}: one partner now; later files say it of this one.':
    '{name}: voortaan één partner; ook latere bestanden.',
  '{count} partners changed; {same} were so already.': '{count} partners gewijzigd; {same} waren al zo.',
  'Say whose they are: --partner <name> --cards {numbers}':
    'Zeg van wie zij zijn: --partner <naam> --cards {numbers}',
} as const
