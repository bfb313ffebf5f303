import { button, free, link, type MailPart, type MailTemplate, paragraph } from '../../mail/index.ts'
import type { OutcomeMail, SetUpMail } from '../ports.ts'

export interface OutcomeParams extends Pick<OutcomeMail, 'organisation' | 'reason' | 'choice'> {
  readonly contact: string
  readonly anchor: string
  /** Where the servicedesk is asked. */
  readonly askUrl: string
}

type Write = (params: OutcomeParams) => MailPart[]
interface Words {
  readonly subject: (organisation: string) => string
  readonly parts: Write
}

const inDutch = ({ subject, parts }: Words) => {
  return (params: OutcomeParams) => ({
    subject: subject(params.organisation),
    parts: [
      paragraph(`Geachte ${params.contact},`),
      ...parts(params),
      link('Vragen? Vraag het de servicedesk', params.askUrl),
    ],
  })
}
const inEnglish = ({ subject, parts }: Words) => {
  return (params: OutcomeParams) => ({
    subject: subject(params.organisation),
    parts: [
      paragraph(`Dear ${params.contact},`),
      ...parts(params),
      link('Questions? Ask the servicedesk', params.askUrl),
    ],
  })
}

const nextNl = {
  own_node: 'Geef op uw eigen systeem de opdracht met de code van uw uitnodiging, als u dat nog niet deed.',
  hosted: 'Wij maken nu uw omgeving gereed. Daarover krijgt u een aparte e-mail.',
  decline: '',
}
const nextEn = {
  own_node: 'On your own system, give the command with the code of your invitation, if you did not yet.',
  hosted: 'We are preparing your environment now. You get a separate e-mail about it.',
  decline: '',
}

/** How the case of an invited organisation ends, as its contact person reads it. */
export const outcomeMails: Readonly<Record<OutcomeMail['outcome'], MailTemplate<OutcomeParams>>> = {
  accepted: {
    id: 'registration-accepted',
    purpose: 'service',
    write: {
      nl: inDutch({
        subject: (organisation) => `${organisation} is aanvaard`,
        parts: ({ organisation, anchor, choice }) => [
          paragraph(`${anchor} heeft onderzocht wie ${organisation} is, en dat is in orde.`),
          paragraph(
            choice
              ? nextNl[choice]
              : 'Kies met de link in uw uitnodiging hoe u meedoet, als u dat nog niet deed.',
          ),
          paragraph('Daarna leest en aanvaardt uw vertegenwoordiger de TTP-policy.'),
        ],
      }),
      en: inEnglish({
        subject: (organisation) => `${organisation} is accepted`,
        parts: ({ organisation, anchor, choice }) => [
          paragraph(`${anchor} looked into who ${organisation} is, and it is in order.`),
          paragraph(
            choice
              ? nextEn[choice]
              : 'Choose how you join with the link in your invitation, if you did not yet.',
          ),
          paragraph('Then your representative reads and accepts the TTP-policy.'),
        ],
      }),
    },
  },
  rejected: {
    id: 'registration-declined',
    purpose: 'service',
    write: {
      nl: inDutch({
        subject: (organisation) => `${organisation} is niet geregistreerd`,
        parts: ({ organisation, anchor, reason }) => [
          paragraph(`${anchor} heeft de registratie van ${organisation} afgewezen.`),
          ...(reason ? [paragraph('De reden:'), free(reason)] : []),
          paragraph('Verandert er iets, dan kunt u opnieuw vragen om mee te doen.'),
        ],
      }),
      en: inEnglish({
        subject: (organisation) => `${organisation} is not registered`,
        parts: ({ organisation, anchor, reason }) => [
          paragraph(`${anchor} declined the registration of ${organisation}.`),
          ...(reason ? [paragraph('The reason:'), free(reason)] : []),
          paragraph('If something changes you can ask to join again.'),
        ],
      }),
    },
  },
  registered: {
    id: 'registration-done',
    purpose: 'service',
    write: {
      nl: inDutch({
        subject: (organisation) => `${organisation} is geregistreerd`,
        parts: ({ organisation }) => [
          paragraph(`${organisation} is nu deel van het vertrouwensnetwerk.`),
          paragraph(
            'Wie uw gegevens wil zien, vraagt dat. U bepaalt wie wat mag zien, en kunt dat altijd intrekken.',
          ),
        ],
      }),
      en: inEnglish({
        subject: (organisation) => `${organisation} is registered`,
        parts: ({ organisation }) => [
          paragraph(`${organisation} is now part of the trust network.`),
          paragraph(
            'Who wants to see your data asks. You decide who may see what, and can always take that back.',
          ),
        ],
      }),
    },
  },
}

export interface SetUpParams extends Pick<SetUpMail, 'organisation' | 'hours' | 'node'> {
  readonly contact: string
  /** Where she gets the code; holds the token. */
  readonly url: string
}

/** The node is there: how its administrator takes it over. */
export const setUpMail: MailTemplate<SetUpParams> = {
  id: 'hosted-node',
  purpose: 'service',
  write: {
    nl: ({ contact, organisation, hours, node, url }) => ({
      subject: `De omgeving van ${organisation} staat klaar`,
      parts: [
        paragraph(`Geachte ${contact},`),
        paragraph(`Wij hebben een eigen, afgesloten omgeving gemaakt voor ${organisation}, op ${node}.`),
        paragraph('U neemt haar over met een code, en kiest zelf het geheim dat uw sleutel opent.'),
        button('Neem uw omgeving over', url),
        paragraph(
          `De link werkt ${hours} uur en één keer. Is hij verlopen, vraag de servicedesk dan om een nieuwe.`,
        ),
      ],
    }),
    en: ({ contact, organisation, hours, node, url }) => ({
      subject: `The environment of ${organisation} is ready`,
      parts: [
        paragraph(`Dear ${contact},`),
        paragraph(`We made an environment for ${organisation}, closed to others, at ${node}.`),
        paragraph('You take it over with a code, and choose the secret that opens your key yourself.'),
        button('Take your environment over', url),
        paragraph(
          `The link works for ${hours} hours and once. When it has ended, ask the servicedesk for another.`,
        ),
      ],
    }),
  },
}
