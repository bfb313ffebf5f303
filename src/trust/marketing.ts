/** Purposes of DPV 2 that are marketing: `Marketing` and what is narrower than it. */
const terms = [
  'Marketing',
  'Advertising',
  'PersonalisedAdvertising',
  'TargetedAdvertising',
  'DirectMarketing',
  'PublicRelations',
  'SocialMediaMarketing',
]
const iris: ReadonlySet<string> = new Set(terms.map((term) => `https://w3id.org/dpv#${term}`))

/** Whether a purpose is marketing, to which anybody may object without a reason (GDPR, article 21(2)). */
export const isMarketing = (purpose: string): boolean => iris.has(purpose)
