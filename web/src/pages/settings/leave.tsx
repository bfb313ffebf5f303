import { Alert, Button, Checkbox, Paper, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { call, received } from '../../api/call'
import { keyOf, newDerivation } from '../../ui/file-key'
import { Failure, Section } from '../../ui/page'
import { NewPassphrase, useNewPassphrase } from '../../ui/passphrase'
import { saveFile } from '../../ui/save-file'
import { Copy } from '../../ui/shown-once'
import { useWho } from '../../who'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Naar een eigen plek',
    text: 'MYOBI houdt deze omgeving voor u in de lucht. U kunt haar meenemen naar een plek van uzelf: alles gaat mee, en partners vinden u daar. Hier sluit zij voorgoed.',
    to: 'Adres waar uw eigen omgeving komt',
    sure: 'Ik weet dat de omgeving van {company} hier voorgoed sluit',
    leave: 'Voorgoed vertrekken',
    busy: 'Het bestand wordt gemaakt. Sluit dit venster niet.',
    ticket: 'Met deze code kan het bestand nog eens worden opgehaald. Zij is nu eenmalig te zien:',
    fetch: 'Bestand ophalen',
    left: 'Uw omgeving is hier gesloten. Zet het bestand op uw eigen plek terug met “regie import-node”, en start die met “regie start”.',
    not_yet: 'Het bestand kon niet worden opgehaald.',
  },
  en: {
    title: 'To a place of your own',
    text: 'MYOBI runs this place for you. You can take it along to one of your own: all of it goes along, and partners find you there. Here it closes for good.',
    to: 'Address where your own place will be',
    sure: 'I know that the place of {company} closes here for good',
    leave: 'Leave for good',
    busy: 'The file is being made. Do not close this window.',
    ticket: 'With this code the file can be fetched once more. It is shown this once:',
    fetch: 'Fetch the file',
    left: 'Your place is closed here. Put the file back where you run your own with “regie import-node”, and start that with “regie start”.',
    not_yet: 'The file could not be fetched.',
  },
})

const TRIES = 60
const PAUSE_MS = 1_000

/** Takes a hosted node along: it closes here, and becomes one file. Not taken back. */
export function Leave() {
  const say = useWords(texts)
  const who = useWho()
  const { phrase, isReady, clear, fields } = useNewPassphrase()
  const [to, setTo] = useState('')
  const [isSure, setSure] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [ticket, setTicket] = useState<string | null>(null)
  const [isSaved, setSaved] = useState(false)
  const run = async (what: () => Promise<void>) => {
    setBusy(true)
    setError(null)
    try {
      await what()
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(false)
    }
  }
  const fetchWith = async (given: string) => {
    saveFile('node.regie', 'application/octet-stream', await hostedFile(given, say('not_yet')))
    setSaved(true)
  }
  const leave = (event: FormEvent) => {
    event.preventDefault()
    void run(async () => {
      const kdf = newDerivation()
      const key = await keyOf(phrase, kdf)
      const left = await call('hosting.departures.create', { to: to.trim(), key, kdf, confirm: 'for good' })
      setTicket(left.ticket)
      clear()
      await fetchWith(left.ticket)
    })
  }
  return (
    <Section title={say('title')}>
      <Paper component="form" withBorder p="lg" radius="md" onSubmit={leave}>
        <Stack gap="sm" align="flex-start">
          {ticket === null ? (
            <>
              <Text size="sm">{say('text')}</Text>
              <TextInput
                type="url"
                label={say('to')}
                placeholder="https://regie.voorbeeld.nl"
                required
                w="100%"
                maw={420}
                value={to}
                onChange={(event) => setTo(event.currentTarget.value)}
              />
              <NewPassphrase fields={fields} />
              <Checkbox
                label={say('sure', { company: who.organisation.name })}
                checked={isSure}
                onChange={(event) => setSure(event.currentTarget.checked)}
              />
              <Button
                type="submit"
                color="red.9"
                loading={isBusy}
                disabled={!isReady || !isSure || to.trim() === ''}
              >
                {say('leave')}
              </Button>
            </>
          ) : (
            <>
              {isSaved && (
                <Alert variant="light" role="status">
                  <Text size="sm">{say('left')}</Text>
                </Alert>
              )}
              <Text size="sm">{say('ticket')}</Text>
              <code className="command">{ticket}</code>
              <Copy text={ticket} />
              <Button variant="default" loading={isBusy} onClick={() => void run(() => fetchWith(ticket))}>
                {say('fetch')}
              </Button>
            </>
          )}
          {isBusy && (
            <Text size="sm" role="status">
              {say('busy')}
            </Text>
          )}
          {error !== null && <Failure error={error} />}
        </Stack>
      </Paper>
    </Section>
  )
}

/** The node is closed by then: what hosts it gives its file to who has the ticket, once it is whole. */
async function hostedFile(ticket: string, failed: string): Promise<Blob> {
  for (let tries = 0; tries < TRIES; tries++) {
    const response = await fetch('/hosted-file', { headers: { authorization: `Bearer ${ticket}` } })
    if (response.ok) return received(response, () => undefined)
    if (response.status !== 503) break
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  throw new Error(failed)
}
