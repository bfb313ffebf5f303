import { Button, FileInput, Group, List, Paper, Radio, Stack, Text } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { call, type Output } from '../../api/call'
import { useChange } from '../../api/hooks'
import { derivationOf, keyOf, newDerivation } from '../../ui/file-key'
import { Failure, Page, Section } from '../../ui/page'
import { NewPassphrase, Passphrase, useNewPassphrase } from '../../ui/passphrase'
import { saveFile } from '../../ui/save-file'
import { useTell } from '../../ui/told'
import { TypeName } from '../../ui/type-name'
import { hasRole, useWho } from '../../who'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Meenemen',
    lead: 'Neem uw bewijzen mee naar een andere omgeving, of haal ze daarvandaan: in één versleuteld bestand.',
    out: 'Naar een bestand',
    out_lead:
      'Wie het bestand en de wachtzin heeft, kan uw bewijzen laten zien. Bewaar ze apart. Wij kennen de wachtzin niet en kunnen haar niet terugvinden.',
    save: 'Bestand maken',
    saved:
      '{n, plural, =0 {Er was niets mee te nemen; het bestand is leeg.} one {Eén bewijs zit in het bestand.} other {# bewijzen zitten in het bestand.}}',
    left_out: 'Wat niet meeging',
    our_keys: 'hoort bij een sleutel die deze omgeving niet mag verlaten',
    of_the_network: 'geeft het netwerk op uw nieuwe plek opnieuw uit',
    expired: 'is verlopen',
    for: 'Van wie?',
    me: 'van mij',
    organisation: 'van het bedrijf',
    in: 'Uit een bestand',
    file: 'Bestand',
    not_ours: 'Dit is geen bestand met bewijzen.',
    look: 'Bekijken',
    inside: 'In het bestand',
    new: 'wordt toegevoegd',
    present: 'hebt u al',
    refused: 'kan niet worden overgenomen',
    from: 'van {issuer}',
    nothing_new: 'Er is niets in dit bestand dat u nog niet hebt.',
    take: 'Overnemen',
    taken: '{n, plural, one {Eén bewijs is overgenomen.} other {# bewijzen zijn overgenomen.}}',
  },
  en: {
    title: 'Take along',
    lead: 'Take your credentials along to another place, or bring them from there: in one encrypted file.',
    out: 'To a file',
    out_lead:
      'Whoever has the file and the passphrase can show your credentials. Keep them apart. We do not know the passphrase and cannot find it back.',
    save: 'Make the file',
    saved:
      '{n, plural, =0 {There was nothing to take along; the file is empty.} one {One credential is in the file.} other {# credentials are in the file.}}',
    left_out: 'What did not go along',
    our_keys: 'belongs to a key that may not leave this place',
    of_the_network: 'is issued again by the network where you go',
    expired: 'is over',
    for: 'Whose?',
    me: 'mine',
    organisation: 'of the company',
    in: 'From a file',
    file: 'File',
    not_ours: 'This is not a file of credentials.',
    look: 'Look',
    inside: 'In the file',
    new: 'will be added',
    present: 'you have it already',
    refused: 'cannot be taken over',
    from: 'of {issuer}',
    nothing_new: 'There is nothing in this file that you do not have.',
    take: 'Take over',
    taken: '{n, plural, one {One credential was taken over.} other {# credentials were taken over.}}',
  },
})

type Whose = 'me' | 'organisation'

/** Her credentials as one encrypted file, and back. The passphrase never leaves this page. */
export default function WalletFile() {
  const say = useWords(texts)
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Section title={say('out')}>
        <Text size="sm" c="dimmed">
          {say('out_lead')}
        </Text>
        <Out />
      </Section>
      <Section title={say('in')}>
        <In />
      </Section>
    </Page>
  )
}

function Out() {
  const say = useWords(texts)
  const tell = useTell()
  const [whose, choose] = useState<Whose>('me')
  const { phrase, isReady, clear, fields } = useNewPassphrase()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [leftOut, setLeftOut] = useState<Output<'wallet.exports.create'>['left_out']>([])
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      const kdf = newDerivation()
      const key = await keyOf(phrase, kdf)
      const { file, credentials, left_out } = await call('wallet.exports.create', { for: whose, key, kdf })
      saveFile('regie-wallet.jwe', 'application/jose', file)
      clear()
      setLeftOut(left_out)
      tell({ text: say('saved', { n: credentials }) })
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Paper component="form" withBorder p="md" radius="md" onSubmit={save}>
      <Stack gap="sm" align="flex-start">
        <Whose whose={whose} onChoose={choose} />
        <NewPassphrase fields={fields} />
        {error !== null && <Failure error={error} />}
        <Button type="submit" loading={isBusy} disabled={!isReady}>
          {say('save')}
        </Button>
        {leftOut.length > 0 && (
          <div>
            <Text size="sm" fw={600}>
              {say('left_out')}
            </Text>
            <List size="sm">
              {leftOut.map(({ type, reason }, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: said once, in one order
                <List.Item key={at} className="breakable">
                  <TypeName of={type} />: {say(reason)}
                </List.Item>
              ))}
            </List>
          </div>
        )}
      </Stack>
    </Paper>
  )
}

interface Looked {
  readonly whose: Whose
  readonly file: string
  readonly key: string
  readonly inside: Output<'wallet.imports.create'>
}

function In() {
  const say = useWords(texts)
  const tell = useTell()
  const [whose, choose] = useState<Whose>('me')
  const [chosen, setChosen] = useState<File | null>(null)
  const [phrase, setPhrase] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [looked, setLooked] = useState<Looked | null>(null)
  const take = useChange('wallet.imports.create', ['wallet.'])
  const look = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    setLooked(null)
    try {
      const file = ((await chosen?.text()) ?? '').trim()
      const kdf = derivationOf(file)
      if (!kdf) throw new Error(say('not_ours'))
      const key = await keyOf(phrase, kdf)
      const inside = await call('wallet.imports.create', { for: whose, file, key })
      setLooked({ whose, file, key, inside })
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Paper component="form" withBorder p="md" radius="md" onSubmit={look}>
        <Stack gap="sm" align="flex-start">
          <Whose whose={whose} onChoose={choose} />
          <FileInput
            label={say('file')}
            value={chosen}
            onChange={setChosen}
            required
            w="100%"
            maw={420}
            accept=".jwe"
          />
          <Passphrase value={phrase} onChange={setPhrase} />
          {error !== null && <Failure error={error} />}
          <Button type="submit" loading={isBusy} disabled={!chosen || phrase === ''}>
            {say('look')}
          </Button>
        </Stack>
      </Paper>
      {looked && (
        <Paper withBorder p="md" radius="md" component="section" aria-label={say('inside')}>
          <Stack gap="sm" align="flex-start">
            <Text fw={600}>{say('inside')}</Text>
            <List size="sm">
              {looked.inside.items.map(({ type, issuer, outcome, reason }, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a file has one order
                <List.Item key={at} className="breakable">
                  <TypeName of={type ?? '?'} />
                  {issuer !== null && `, ${say('from', { issuer })}`}: {say(outcome)}
                  {reason !== null && ` (${reason})`}
                </List.Item>
              ))}
            </List>
            {take.error && <Failure error={take.error} />}
            {looked.inside.counts.new === 0 ? (
              <Text size="sm">{say('nothing_new')}</Text>
            ) : (
              <Button
                loading={take.isPending}
                onClick={() =>
                  take.mutate(
                    { for: looked.whose, file: looked.file, key: looked.key, apply: true },
                    {
                      onSuccess: ({ counts }) => {
                        setLooked(null)
                        setPhrase('')
                        setChosen(null)
                        tell({ text: say('taken', { n: counts.new }) })
                      },
                    },
                  )
                }
              >
                {say('take')}
              </Button>
            )}
          </Stack>
        </Paper>
      )}
    </>
  )
}

function Whose({ whose, onChoose }: { readonly whose: Whose; readonly onChoose: (whose: Whose) => void }) {
  const say = useWords(texts)
  if (!hasRole(useWho(), 'administrator')) return null
  return (
    <Radio.Group
      label={say('for')}
      value={whose}
      onChange={(value) => onChoose(value === 'organisation' ? 'organisation' : 'me')}
    >
      <Group mt={4}>
        <Radio value="me" label={say('me')} />
        <Radio value="organisation" label={say('organisation')} />
      </Group>
    </Radio.Group>
  )
}
