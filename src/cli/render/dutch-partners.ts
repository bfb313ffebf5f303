/** What is said of partners, in Dutch. */
export const dutchPartners = {
  '{name}: one partner now; later files say it of this one.':
    '{name}: voortaan een en dezelfde partner; latere bestanden gaan over deze.',
} as const
