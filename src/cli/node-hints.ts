/** What to do, in English and in Dutch. */
export type Text = readonly [en: string, nl: string]

const network: Text = [
  'is the network running? start it with: npm start',
  'draait het netwerk? start het met: npm start',
]
const look: Text = [
  'look whether it was done before you try again',
  'kijk of het is uitgevoerd voordat u het opnieuw probeert',
]
const nodeLog: Text = [
  'its node.log says why; correct that, then start again',
  'node.log van de node zegt waarom; herstel dat en start opnieuw',
]
const rightDatabase: Text = [
  'give the key this database was made with (REGIE_MASTER_KEY, REGIE_MASTER_KEY_FILE or master.key); without it nothing in it can be read',
  'geef de sleutel waarmee deze database is gemaakt (REGIE_MASTER_KEY, REGIE_MASTER_KEY_FILE of master.key); zonder die sleutel is niets erin te lezen',
]
const freePort: Text = [
  'stop that program, or use other ports: REGIE_PORT=<number> npm start',
  'stop dat programma, of gebruik andere poorten: REGIE_PORT=<nummer> npm start',
]
const secret: Text = [
  'set it in the environment or in a file that is yours alone (chmod 600), then start again',
  'zet het in de omgeving of in een bestand dat alleen van u is (chmod 600) en start opnieuw',
]

/** About reaching, starting and running a node. */
export const nodeHints: Readonly<Record<string, Text>> = {
  // reaching a node
  node_unreachable: network,
  no_local_nodes: [
    'start the network with: npm start, or set REGIE_DATA, or REGIE_URL and REGIE_TOKEN',
    'start het netwerk met: npm start, of zet REGIE_DATA, of REGIE_URL en REGIE_TOKEN',
  ],
  token_file_open: [
    'make it yours alone: chmod 600 on that file',
    'maak het alleen van u: chmod 600 op dat bestand',
  ],
  token_missing: [
    'the node writes it when it starts: start it again',
    'de node schrijft het bij het starten: start hem opnieuw',
  ],
  not_a_node: [
    'check the address given with --node or REGIE_URL',
    'controleer het adres van --node of REGIE_URL',
  ],
  connection_lost: look,
  outcome_unknown: look,
  route_not_found: [
    'this node does not offer that: some commands are for the trust anchor (--as myobi)',
    'deze node biedt dat niet: sommige opdrachten zijn voor het vertrouwensanker (--as myobi)',
  ],
  // starting and running a node
  port_in_use: freePort,
  address_not_available: ['correct listen in agent.yml', 'herstel listen in agent.yml'],
  already_running: [
    'use the one that runs, or stop it first',
    'gebruik het netwerk dat draait, of stop het eerst',
  ],
  chain_running: ['stop that chain first', 'stop die keten eerst'],
  chain_state_lost: [
    'restore the folder from a backup, or remove all of it to begin anew',
    'zet de map terug uit een back-up, of verwijder hem geheel om opnieuw te beginnen',
  ],
  chain_program_missing: ['run: npm ci', 'voer uit: npm ci'],
  chain_not_started: ['look in anvil.log in the data folder', 'kijk in anvil.log in de datamap'],
  chain_not_configured: [
    'write network.chain in agent.yml, then start again',
    'schrijf network.chain in agent.yml en start opnieuw',
  ],
  config_not_found: [
    'run it in the folder of agent.yml, or name the file with --config',
    'voer het uit in de map van agent.yml, of noem het bestand met --config',
  ],
  network_not_started: network,
  network_ended: nodeLog,
  node_not_started: nodeLog,
  node_not_set_up: nodeLog,
  wrong_master_key: rightDatabase,
  master_key_missing: secret,
  invalid_master_key: secret,
  relay_key_missing: secret,
  invalid_relay_key: secret,
  database_url_missing: secret,
  changes_too_old: [
    'read the partners anew, then go on with --after and the resume_after of --json',
    'lees de partners opnieuw en ga verder met --after en de resume_after van --json',
  ],
  sealed_value_lost: ['it was erased, and cannot be brought back', 'het is gewist en niet terug te halen'],
  sealed_value_broken: [
    'somebody changed the database: compare it with a backup',
    'iemand heeft de database gewijzigd: vergelijk haar met een back-up',
  ],
  schema_newer: [
    'start the version that made it, or a newer one',
    'start de versie die haar maakte, of een nieuwere',
  ],
  database_unreachable: [
    'check storage in agent.yml and REGIE_DATABASE_URL',
    'controleer storage in agent.yml en REGIE_DATABASE_URL',
  ],
  disk_full: [
    'make room on the node’s disk, then try again',
    'maak ruimte op de schijf van de node en probeer het opnieuw',
  ],
  stop_timeout: ['look in the node’s node.log', 'kijk in node.log van de node'],
}

const unreadable: Text = [
  'copy it whole: not a sign may be missing or changed',
  'kopieer het geheel: er mag geen teken ontbreken of gewijzigd zijn',
]
const otherNode: Text = [
  'it is up to the other side: tell its administrator, or try again later',
  'het ligt aan de andere kant: meld het de beheerder daarvan, of probeer het later opnieuw',
]

/** What to do about all problems whose code begins so. */
export const families: Readonly<Record<string, Text>> = {
  config_: ['correct that in agent.yml, then start again', 'herstel dat in agent.yml en start opnieuw'],
  secret_: secret,
  xaf_: [
    'export the audit file again from the bookkeeping: XAF 3.2, 3.2.1 or 4.0',
    'exporteer de auditfile opnieuw uit de boekhouding: XAF 3.2, 3.2.1 of 4.0',
  ],
  csv_: [
    'save the list as CSV (UTF-8) with its headings on the first line',
    'bewaar de lijst als CSV (UTF-8) met de koppen op de eerste regel',
  ],
  jws_: unreadable,
  jwk_: unreadable,
  json_: unreadable,
  base64url_: unreadable,
  sd_jwt_: unreadable,
  kb_: unreadable,
  egress_: otherNode,
  wallet_: otherNode,
  issuer_: otherNode,
  presentation_: otherNode,
  trust_anchor_: otherNode,
  registry_: otherNode,
  did_: otherNode,
  offer_: ['see what was offered: {regie} offers list', 'zie wat er is aangeboden: {regie} offers list'],
}

/** What to do where the code says nothing special, by HTTP status. */
export const byStatus: Readonly<Record<number, Text>> = {
  400: ['see {command} --help', 'zie {command} --help'],
  401: ['say who you are: --as <name>', 'zeg wie u bent: --as <naam>'],
  403: ['use --as with an account that may', 'gebruik --as met een account dat dit mag'],
  404: [
    'look up what there is with a list command: regie --help',
    'zoek op wat er is met een lijstopdracht: regie --help',
  ],
  409: ['look at how it stands now, then decide again', 'kijk hoe het er nu voor staat en beslis opnieuw'],
  410: ['it is over: ask for a new one', 'het is voorbij: vraag een nieuwe'],
  412: [
    'somebody changed it meanwhile: look at it again first',
    'iemand heeft het intussen gewijzigd: bekijk het eerst opnieuw',
  ],
  413: ['send less at a time', 'stuur minder tegelijk'],
  422: ['see {command} --help', 'zie {command} --help'],
  429: ['wait {retry_after_s} seconds', 'wacht {retry_after_s} seconden'],
  500: [
    'look in the node’s log for request {request_id}',
    'zoek in het logboek van de node naar verzoek {request_id}',
  ],
  502: otherNode,
  503: [
    'try again in a moment; if it stays so, look in the node’s node.log',
    'probeer het zo dadelijk opnieuw; blijft het zo, kijk dan in node.log van de node',
  ],
}

export const otherwise: Text = ['see regie --help', 'zie regie --help']
