/** What is said of partners, in Dutch. */
export const dutchPartners = {
  '{name}: one partner now; later files say it of this one.':
    '{name}: voortaan één partner; ook latere bestanden.',
} as const
