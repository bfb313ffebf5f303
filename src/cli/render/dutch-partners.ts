/** What is said of partners, in Dutch. */
export const dutchPartners = {
  '{name}: one partner now; later files say it of this one.':
    '{name}: voortaan één partner; ook latere bestanden.',
  '{count} partners changed; {same} were so already.': '{count} partners gewijzigd; {same} waren al zo.',
} as const
