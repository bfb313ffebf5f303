/** Titles of what joining and the servicedesk's work are refused for. */
export const registrationTitles: Readonly<Record<string, { readonly nl: string }>> = {
  case_move_refused: { nl: 'Dat kan niet met dit dossier zoals het nu staat' },
  case_changed_meanwhile: { nl: 'Iemand heeft dit dossier zojuist gewijzigd' },
  case_has_applicant: { nl: 'In dit dossier heeft een andere organisatie zich al aangemeld' },
  case_without_contact: { nl: 'Deze organisatie kwam uit zichzelf: er is geen contactpersoon opgegeven' },
  invitation_unknown: { nl: 'Deze uitnodiging is er niet, of is voorbij' },
}
