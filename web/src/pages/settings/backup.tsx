import { Alert, Button, Paper, Stack, Text } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { fetchFile } from '../../api/call'
import { useRead } from '../../api/hooks'
import { keyOf, newDerivation } from '../../ui/file-key'
import { Failure, Loaded, Page, Section } from '../../ui/page'
import { NewPassphrase, useNewPassphrase } from '../../ui/passphrase'
import { saveFile } from '../../ui/save-file'
import { useTell } from '../../ui/told'
import { useFormats, useWords, words } from '../../words/words'
import { Leave } from './leave'

const texts = words({
  nl: {
    title: 'Reservekopie',
    lead: 'Alles van deze omgeving in één versleuteld bestand: gegevens, toestemmingen, het logboek en de sleutels.',
    make: 'Een reservekopie maken',
    warn: 'Wie het bestand en de wachtzin heeft, heeft de sleutels van uw bedrijf. Bewaar ze apart. Wij kennen de wachtzin niet en kunnen haar niet terugvinden.',
    save: 'Reservekopie maken',
    key: 'De sleutel wordt gemaakt…',
    coming: '{mb} MB ontvangen…',
    saved: 'De reservekopie is gemaakt: {mb} MB.',
    back: 'Terugzetten',
    back_text:
      'Op een nieuwe machine, met hetzelfde adres: “regie import-node” met dit bestand, en daarna “regie start”. Wat na de kopie gebeurde staat er niet in: trek dan opnieuw in wat u had ingetrokken.',
  },
  en: {
    title: 'Backup',
    lead: 'All of this place in one encrypted file: data, grants, the log and the keys.',
    make: 'Make a backup',
    warn: 'Whoever has the file and the passphrase has the keys of your company. Keep them apart. We do not know the passphrase and cannot find it back.',
    save: 'Make the backup',
    key: 'The key is being made…',
    coming: '{mb} MB received…',
    saved: 'The backup is made: {mb} MB.',
    back: 'Putting it back',
    back_text:
      'On a new machine, with the same address: “regie import-node” with this file, and then “regie start”. What happened after the copy is not in it: then take back again what you had taken back.',
  },
})

/** The whole node as a file to keep, and for who is hosted the way to a place of her own. */
export default function Backup() {
  const say = useWords(texts)
  const hosted = useRead('hosting.mine', {})
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Section title={say('make')}>
        <Make />
      </Section>
      <Section title={say('back')}>
        <Text size="sm">{say('back_text')}</Text>
      </Section>
      <Loaded of={hosted}>{hosted.data?.hosted && <Leave />}</Loaded>
    </Page>
  )
}

function Make() {
  const say = useWords(texts)
  const { number } = useFormats()
  const tell = useTell()
  const { phrase, isReady, clear, fields } = useNewPassphrase()
  const [progress, setProgress] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)
  const mb = (bytes: number) => number(Math.round(bytes / 100_000) / 10)
  const make = async (event: FormEvent) => {
    event.preventDefault()
    setError(null)
    setProgress(0)
    try {
      const kdf = newDerivation()
      const key = await keyOf(phrase, kdf)
      const file = await fetchFile('backups.create', { key, kdf }, setProgress)
      const day = new Date().toISOString().slice(0, 'YYYY-MM-DD'.length)
      saveFile(`regie-${day}.regie`, file.type, file)
      clear()
      tell({ text: say('saved', { mb: mb(file.size) }) })
    } catch (cause) {
      setError(cause)
    } finally {
      setProgress(null)
    }
  }
  return (
    <Paper component="form" withBorder p="lg" radius="md" onSubmit={make}>
      <Stack gap="sm" align="flex-start">
        <Alert variant="light" role="note">
          <Text size="sm">{say('warn')}</Text>
        </Alert>
        <NewPassphrase fields={fields} />
        {error !== null && <Failure error={error} />}
        <Button type="submit" loading={progress !== null} disabled={!isReady}>
          {say('save')}
        </Button>
        {progress !== null && (
          <Text size="sm" role="status">
            {progress === 0 ? say('key') : say('coming', { mb: mb(progress) })}
          </Text>
        )}
      </Stack>
    </Paper>
  )
}
