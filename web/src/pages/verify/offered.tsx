import { Alert, Anchor, Badge, Group, Loader, Paper, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Output } from '../../api/call'
import { useRead } from '../../api/hooks'
import { isProblem } from '../../api/problem'
import { TextLink } from '../../ui/link'
import { Loaded, Page } from '../../ui/page'
import { QrCode } from '../../ui/qr-code'
import { Copy, ShownOnce } from '../../ui/shown-once'
import { offerStates } from '../../words/issuing'
import { useTypeName } from '../../words/type-names'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Laat het ophalen',
    lead: 'Wie deze code scant of deze link opent, krijgt het. Geef hem alleen aan wie het toekomt.',
    qr: 'QR-code waarmee een wallet het ophaalt',
    here: 'De wallet op dit apparaat openen',
    link: 'Link om te sturen',
    tx_code: 'De code die u apart doorgeeft',
    tx_code_text: 'Bel of vertel hem; stuur hem niet mee met de link.',
    until: 'Op te halen tot {moment}',
    waiting: 'Wachten tot het wordt opgehaald…',
    over: 'Deze code werkt niet meer: er is al iets mee gedaan, of de tijd is om. In het overzicht ziet u wat.',
    back: 'Alles wat u uitgaf',
  },
  en: {
    title: 'Have it fetched',
    lead: 'Whoever scans this code or opens this link gets it. Give it only to whom it is meant for.',
    qr: 'QR code with which a wallet fetches it',
    here: 'Open the wallet on this device',
    link: 'Link to send',
    tx_code: 'The code that you pass on another way',
    tx_code_text: 'Call or tell it; do not send it along with the link.',
    until: 'To be fetched until {moment}',
    waiting: 'Waiting until it is fetched…',
    over: 'This code works no more: something was done with it, or its time is over. The list says what.',
    back: 'All that you issued',
  },
})

/** How often this page looks whether somebody came for it. */
const LOOK_MS = 3_000

/** The code and link of something offered, while it can be fetched. */
export default function OfferedPage() {
  const say = useWords(texts)
  const sayState = useWords(offerStates)
  const { moment } = useFormats()
  const client = useQueryClient()
  const { id } = useParams({ from: '/inside/verify/issuing/$id' })
  const [made] = useState(() => client.getQueryData<Output<'issuing.offer'>>(['offer made', id]))
  const offer = useRead('issuing.show', { id }, true, (known) => (known?.state === 'open' ? LOOK_MS : false))
  const shown = offer.data
  const name = useTypeName(shown?.type ?? '')
  const isOver = isProblem(offer.error, 'open_offer_settled')
  return (
    <Page
      title={say('title')}
      lead={say('lead')}
      actions={<TextLink to="/verify/issuing">{say('back')}</TextLink>}
    >
      {isOver && (
        <Alert variant="light" role="status">
          {say('over')}
        </Alert>
      )}
      {!isOver && made?.tx_code && (
        <ShownOnce title={say('tx_code')} text={say('tx_code_text')} value={made.tx_code} />
      )}
      {!isOver && (
        <Loaded of={offer}>
          {shown && (
            <Paper withBorder p="md" radius="md">
              <Stack gap="sm">
                <Group gap="xs">
                  <Text fw={600}>{name}</Text>
                  <Badge variant="light" color="gray">
                    {sayState(shown.state)}
                  </Badge>
                </Group>
                <QrCode svg={shown.qr} alt={say('qr')} />
                <Stack gap={4}>
                  <Text size="sm">{say('link')}</Text>
                  <code className="command">{shown.link}</code>
                </Stack>
                <Group>
                  <Copy text={shown.link} />
                  <Anchor href={shown.link} py={4}>
                    {say('here')}
                  </Anchor>
                </Group>
                <Group gap="xs" role="status">
                  <Loader size="xs" aria-hidden />
                  <Text size="sm">{say('waiting')}</Text>
                </Group>
                <Text size="sm" c="dimmed">
                  {say('until', { moment: moment(shown.expires_at) })}
                </Text>
              </Stack>
            </Paper>
          )}
        </Loaded>
      )}
    </Page>
  )
}
