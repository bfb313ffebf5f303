/**
 * What an organisation is to the network, as the trust anchor's registry says. Everybody but the trust anchor is a
 * `member`; the others are given to members the servicedesk looked into: who issues to more than its own relations,
 * who verifies for others, who acts between two parties.
 */
export const registryRoles = ['trust_anchor', 'member', 'issuer', 'verifier', 'intermediary'] as const
export type RegistryRole = (typeof registryRoles)[number]
