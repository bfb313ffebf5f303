/** Titles of what joining and the servicedesk's work are refused for. */
export const registrationTitles: Readonly<Record<string, { readonly nl: string }>> = {
  case_move_refused: { nl: 'Dat kan niet met dit dossier zoals het nu staat' },
  case_changed_meanwhile: { nl: 'Iemand heeft dit dossier zojuist gewijzigd' },
  case_has_applicant: { nl: 'In dit dossier heeft een andere organisatie zich al aangemeld' },
  case_without_contact: { nl: 'Deze organisatie kwam uit zichzelf: er is geen contactpersoon opgegeven' },
  campaign_unknown: { nl: 'Deze campagne is er niet' },
  campaign_exists: { nl: 'Voor deze versie van de TTP-policy is er al een campagne' },
  campaign_deadline_past: { nl: 'De uiterste dag van een campagne ligt in de toekomst' },
  campaign_move_refused: { nl: 'Dat kan niet met deze campagne zoals zij nu staat' },
  party_not_suspended: { nl: 'Onder deze DID is niemand geschorst' },
  party_suspended_already: { nl: 'Deze organisatie is al geschorst' },
  invitation_unknown: { nl: 'Deze uitnodiging is er niet, of is voorbij' },
}
