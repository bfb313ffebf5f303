import { Alert, Anchor, Group, Loader, Paper, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Output } from '../../api/call'
import { useRead } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Loaded, Page } from '../../ui/page'
import { QrCode } from '../../ui/qr-code'
import { Copy } from '../../ui/shown-once'
import { useChecks } from '../../words/checks'
import { useFormats, useLanguage, useWords, words } from '../../words/words'
import { Outcome } from './outcome'

const texts = words({
  nl: {
    title: 'Gevraagd bewijs',
    scan: 'Laat deze code scannen met de wallet. De uitslag komt hier vanzelf.',
    qr: 'QR-code die de wallet opent',
    here: 'De wallet op dit apparaat openen',
    waiting: 'Wachten op antwoord…',
    until: 'Te beantwoorden tot {moment}',
    code_gone: 'De code stond er één keer. Is hij nog niet gescand, vraag het dan opnieuw.',
    expired: 'Er kwam niet op tijd antwoord.',
    failed: 'De wallet heeft niets getoond: {why}.',
    again: 'Nog iets nagaan',
  },
  en: {
    title: 'Proof asked for',
    scan: 'Have this code scanned with the wallet. The result comes here by itself.',
    qr: 'QR code that opens the wallet',
    here: 'Open the wallet on this device',
    waiting: 'Waiting for an answer…',
    until: 'To be answered until {moment}',
    code_gone: 'The code was there once. If it was not scanned yet, ask again.',
    expired: 'No answer came in time.',
    failed: 'The wallet showed nothing: {why}.',
    again: 'Check something else',
  },
})

/** How often this page looks whether the wallet answered. */
const LOOK_MS = 2_500

/** A request to a wallet: the code to scan, and what came of it. */
export default function AskedPage() {
  const say = useWords(texts)
  const { language } = useLanguage()
  const { moment } = useFormats()
  const inWords = useChecks()
  const client = useQueryClient()
  const { id } = useParams({ from: '/inside/verify/asked/$id' })
  const [started] = useState(() =>
    client.getQueryData<Output<'verifications.start'>>(['verification started', id]),
  )
  const presets = useRead('verifications.presets', {})
  const asked = useRead('verifications.show', { id }, true, (known) =>
    known === undefined || known.state === 'waiting' ? LOOK_MS : false,
  )
  const shown = asked.data
  const preset = presets.data?.items.find(({ name }) => name === shown?.preset)
  return (
    <Page
      title={preset?.title[language] ?? say('title')}
      {...(preset && { lead: preset.purpose[language] })}
      actions={<TextLink to="/verify">{say('again')}</TextLink>}
    >
      <Loaded of={asked}>
        {shown?.state === 'waiting' && (
          <Paper withBorder p="md" radius="md">
            <Stack gap="sm">
              {started ? (
                <>
                  <Text>{say('scan')}</Text>
                  <QrCode svg={started.qr_svg} alt={say('qr')} />
                  <Group>
                    <Anchor href={started.link} py={4}>
                      {say('here')}
                    </Anchor>
                    <Copy text={started.link} />
                  </Group>
                </>
              ) : (
                <Text>{say('code_gone')}</Text>
              )}
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
        {(shown?.state === 'expired' || shown?.state === 'failed') && (
          <Alert color="orange" variant="light" role="status">
            {shown.state === 'expired' ? say('expired') : say('failed', { why: inWords(shown.error ?? '') })}
          </Alert>
        )}
        {shown?.state === 'done' && (
          <Outcome isProven={shown.accepted === true} checks={shown.checks} credentials={shown.credentials} />
        )}
      </Loaded>
    </Page>
  )
}
