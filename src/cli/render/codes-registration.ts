/** Where a registration is, and what moved it. */
export const codesRegistration: Readonly<Record<string, readonly [en: string, nl: string]>> = {
  registration_none: ['none', 'geen'],
  registration_submitted: ['waits for the servicedesk', 'wacht op de servicedesk'],
  registration_investigating: ['is being investigated', 'wordt onderzocht'],
  registration_accepted: ['accepted, waits for its node', 'geaccepteerd, wacht op de node'],
  registration_policy_pending: ['waits for the policy to be accepted', 'wacht op aanvaarding van de policy'],
  registration_registered: ['registered', 'geregistreerd'],
  registration_stalled: ['stalled', 'stilgevallen'],
  registration_rejected: ['rejected', 'afgewezen'],
  registration_declined_by_partner: ['the partner does not want to', 'de partner ziet ervan af'],
  registration_withdrawn: ['withdrawn', 'ingetrokken'],
  by_servicedesk: ['servicedesk', 'servicedesk'],
  by_inviter: ['who ordered it', 'wie het aanvroeg'],
  by_partner: ['partner', 'partner'],
  by_system: ['node', 'node'],
}
