import { words } from './words'

/** Why the login of an organisation let nobody in, by the code of the node. */
export const loginRefusals = words({
  nl: {
    openid_account_ended: 'Uw account hier is niet meer in gebruik. Vraag uw beheerder waarom.',
    openid_account_taken:
      'Onder uw naam meldt zich hier al iemand anders aan. Vraag uw beheerder u opnieuw te koppelen.',
    openid_denied: 'U bent niet aangemeld: de aanmelding is afgebroken of geweigerd. Probeer het opnieuw.',
    openid_email_unverified:
      'Uw organisatie heeft uw e-mailadres nog niet bevestigd. Doe dat daar eerst, en probeer het dan opnieuw.',
    openid_invalid: 'Het antwoord van uw organisatie klopt niet. Probeer het opnieuw.',
    openid_no_roles: 'U hebt hier geen rol (meer). Vraag uw beheerder in welke groep u hoort.',
    openid_not_fresh:
      'Uw organisatie vroeg niet opnieuw wie u bent. Bevestig het met een passkey of een aanmeldlink.',
    openid_other_person: 'Daar is iemand anders aangemeld dan hier. Meld u daar aan als uzelf.',
    openid_person_incomplete:
      'Uw organisatie gaf uw naam en e-mailadres niet door. Vraag uw beheerder dat te regelen.',
    openid_state_invalid:
      'Deze aanmelding is al gebruikt, duurde te lang of begon in een andere browser. Begin opnieuw.',
    openid_unavailable:
      'De aanmelding van uw organisatie is nu niet bereikbaar. Probeer het later, of gebruik een passkey.',
    openid_unknown_person: 'Niemand kent u hier onder deze naam. Vraag uw beheerder om u toe te voegen.',
    openid_unnamed: 'Uw organisatie zei niet wie u bent. Vraag uw beheerder dat te regelen.',
    tab_blocked:
      'Uw browser opende geen nieuw tabblad. Sta dat toe voor deze pagina, en probeer het opnieuw.',
    other: 'U bent niet aangemeld. Probeer het opnieuw.',
  },
  en: {
    openid_account_ended: 'Your account here is not in use any more. Ask your administrator why.',
    openid_account_taken:
      'Somebody else signs in here by your name already. Ask your administrator to connect you anew.',
    openid_denied: 'You are not signed in: it was broken off or refused. Try again.',
    openid_email_unverified:
      'Your organisation has not verified your e-mail address yet. Do that there first, and then try again.',
    openid_invalid: 'The answer of your organisation is not right. Try again.',
    openid_no_roles: 'You have no role here (any more). Ask your administrator which group is yours.',
    openid_not_fresh:
      'Your organisation did not ask you anew who you are. Confirm it with a passkey or a sign-in link.',
    openid_other_person: 'Somebody else is signed in there than here. Sign in there as yourself.',
    openid_person_incomplete:
      'Your organisation did not pass on your name and e-mail address. Ask your administrator to see to it.',
    openid_state_invalid: 'This was used already, took too long, or began in another browser. Begin again.',
    openid_unavailable: 'The login of your organisation cannot be reached now. Try later, or use a passkey.',
    openid_unknown_person: 'Nobody knows you here by this name. Ask your administrator to add you.',
    openid_unnamed: 'Your organisation did not say who you are. Ask your administrator to see to it.',
    tab_blocked: 'Your browser opened no new tab. Allow that for this page, and try again.',
    other: 'You are not signed in. Try again.',
  },
})

type Code = keyof typeof loginRefusals.nl

/** The key of a code in {@link loginRefusals}. */
export const refusalKey = (code: string): Code =>
  Object.hasOwn(loginRefusals.nl, code) ? (code as Code) : 'other'
