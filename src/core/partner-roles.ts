/** What a partner can be to us and some are several things at once. */
export const partnerRoles = [
  'customer',
  'supplier',
  'employee',
  'substitute',
  'freelancer',
  'volunteer',
  'intermediary',
] as const
export type PartnerRole = (typeof partnerRoles)[number]
