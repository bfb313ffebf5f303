/** Titles of what the registry over time is refused for. */
export const registryTitles: Readonly<Record<string, { readonly nl: string }>> = {
  chain_block_unknown: { nl: 'Deze keten kent dat blok niet' },
  merkle_index_outside: { nl: 'Die plaats is er niet in het register' },
  merkle_proof_malformed: { nl: 'Dit is geen weg door een register van die grootte' },
  registry_head_malformed: { nl: 'Dit is geen vastlegging van een register' },
  registry_head_foreign: { nl: 'Dit is niet ondertekend door dat vertrouwensanker' },
  registry_head_missing: { nl: 'Het register is nog niet vastgelegd: probeer het over een uur opnieuw' },
  registry_authority_unknown: { nl: 'Dit is het register van een ander' },
  registry_proof_malformed: { nl: 'In dit bestand staat geen bewijs van een register' },
}
