import type { Problem } from './failure.ts'

type Language = 'en' | 'nl'

/** What to do about a problem, by its code. */
const hints: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  node_unreachable: {
    en: 'is the network running? start it with: npm start',
    nl: 'draait het netwerk? start het met: npm start',
  },
  no_local_nodes: {
    en: 'start the network with: npm start, or set REGIE_DATA, or REGIE_URL and REGIE_TOKEN',
    nl: 'start het netwerk met: npm start, of zet REGIE_DATA, of REGIE_URL en REGIE_TOKEN',
  },
  token_file_open: {
    en: 'make it yours alone: chmod 600 on that file',
    nl: 'maak het alleen van u: chmod 600 op dat bestand',
  },
  token_missing: {
    en: 'the node writes it when it starts: start it again',
    nl: 'de node schrijft het bij het starten: start hem opnieuw',
  },
  not_a_node: {
    en: 'check the address given with --node or REGIE_URL',
    nl: 'controleer het adres van --node of REGIE_URL',
  },
  connection_lost: {
    en: 'look whether it was done before you try again',
    nl: 'kijk of het is uitgevoerd voordat u het opnieuw probeert',
  },
  outcome_unknown: {
    en: 'look whether it was done before you try again',
    nl: 'kijk of het is uitgevoerd voordat u het opnieuw probeert',
  },
  authentication_required: {
    en: 'say who you are: --as <name>, or REGIE_TOKEN',
    nl: 'zeg wie u bent: --as <naam>, of REGIE_TOKEN',
  },
  token_invalid: {
    en: 'the token is of another node, or was replaced: check --as, --node and REGIE_TOKEN',
    nl: 'het token is van een andere node of vervangen: controleer --as, --node en REGIE_TOKEN',
  },
  not_allowed: {
    en: 'use --as with an account that has the role',
    nl: 'gebruik --as met een account dat de rol heeft',
  },
  person_required: {
    en: 'use --as with the account of a person',
    nl: 'gebruik --as met het account van een persoon',
  },
  not_data_subject: {
    en: 'only that person can: use --as with that person’s own account',
    nl: 'alleen die persoon kan dat: gebruik --as met het eigen account van die persoon',
  },
  route_not_found: {
    en: 'this node does not offer that: some commands are for the trust anchor (--as myobi)',
    nl: 'deze node biedt dat niet: sommige opdrachten zijn voor het vertrouwensanker (--as myobi)',
  },
  grant_revoked: {
    en: 'ask again: regie access request',
    nl: 'vraag opnieuw toegang: regie access request',
  },
  grant_expired: {
    en: 'ask again: regie access request',
    nl: 'vraag opnieuw toegang: regie access request',
  },
  no_grant: {
    en: 'ask for it: regie access request',
    nl: 'vraag erom: regie access request',
  },
  claim_not_requested: {
    en: 'see what is asked: regie access list',
    nl: 'zie wat er gevraagd is: regie access list',
  },
  unknown_purpose: {
    en: 'choose one of: regie vocabulary list',
    nl: 'kies er een uit: regie vocabulary list',
  },
  unknown_legal_basis: {
    en: 'choose one of: regie vocabulary list',
    nl: 'kies er een uit: regie vocabulary list',
  },
  partner_unknown: {
    en: 'see who there is: regie partners list',
    nl: 'zie wie er zijn: regie partners list',
  },
  partner_not_in_network: {
    en: 'invite it first',
    nl: 'nodig deze eerst uit',
  },
  policy_not_accepted: {
    en: 'read it with: regie policy show, then add --accept {version}',
    nl: 'lees hem met: regie policy show, en voeg --accept {version} toe',
  },
  organisation_not_registered: {
    en: 'apply with: regie register',
    nl: 'meld u aan met: regie register',
  },
  attestation_missing: {
    en: 'accept the policy: regie register for the company, regie policy accept for yourself',
    nl: 'aanvaard de policy: regie register voor het bedrijf, regie policy accept voor uzelf',
  },
  file_not_written: {
    en: 'name another file, in a folder that is there',
    nl: 'noem een ander bestand, in een map die er is',
  },
  disk_full: {
    en: 'make room on the node’s disk, then try again',
    nl: 'maak ruimte op de schijf van de node en probeer het opnieuw',
  },
}

/** What to do where the code says nothing special, by HTTP status. */
const byStatus: Readonly<Record<number, Readonly<Record<Language, string>>>> = {
  400: { en: 'see {command} --help', nl: 'zie {command} --help' },
  401: { en: 'say who you are: --as <name>', nl: 'zeg wie u bent: --as <naam>' },
  403: { en: 'use --as with an account that may', nl: 'gebruik --as met een account dat dit mag' },
  404: {
    en: 'look up what there is with a list command: regie --help',
    nl: 'zoek op wat er is met een lijstopdracht: regie --help',
  },
  409: {
    en: 'look at how it stands now, then decide again',
    nl: 'kijk hoe het er nu voor staat en beslis opnieuw',
  },
  410: { en: 'it is over: ask for a new one', nl: 'het is voorbij: vraag een nieuwe' },
  412: {
    en: 'somebody changed it meanwhile: look at it again first',
    nl: 'iemand heeft het intussen gewijzigd: bekijk het eerst opnieuw',
  },
  413: { en: 'send less at a time', nl: 'stuur minder tegelijk' },
  422: { en: 'see {command} --help', nl: 'zie {command} --help' },
  429: { en: 'wait {retry_after_s} seconds', nl: 'wacht {retry_after_s} seconden' },
  500: {
    en: 'look in the node’s log for request {request_id}',
    nl: 'zoek in het logboek van de node naar verzoek {request_id}',
  },
  502: {
    en: 'the other side did not answer as it should: try again later',
    nl: 'de andere kant antwoordde niet goed: probeer het later opnieuw',
  },
  503: { en: 'try again in a moment', nl: 'probeer het zo dadelijk opnieuw' },
}

const otherwise = { en: 'see regie --help', nl: 'zie regie --help' }

/** What the reader can do about it, in a few words. */
export function hintFor(problem: Problem, language: Language, command: string): string {
  const hint = hints[problem.code] ?? byStatus[problem.status ?? 0] ?? otherwise
  const values: Readonly<Record<string, unknown>> = {
    retry_after_s: 60,
    ...problem.params,
    command,
    request_id: problem.request_id ?? '',
  }
  return hint[language].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}

/** `--lang`, else the language the shell is set to, else English. */
export function languageFor(
  lang: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Language {
  const wanted = lang ?? env.LC_ALL ?? env.LC_MESSAGES ?? env.LANG ?? ''
  return wanted.toLowerCase().startsWith('nl') ? 'nl' : 'en'
}
