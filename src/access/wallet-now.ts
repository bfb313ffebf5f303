const PARTY = /\/parties\/[0-9a-f-]{36}$/

/**
 * Where a party's wallet is reached now, told where its organisation's is: an organisation that moved took all its
 * parties along, under the same names.
 * @param then the address it had when it granted
 * @param organisation that of its organisation, as registry and DID agree on it now
 */
export function walletNow(then: string, organisation: string): string {
  const [party] = PARTY.exec(then) ?? []
  return party !== undefined && PARTY.test(organisation) ? organisation.replace(PARTY, party) : then
}
