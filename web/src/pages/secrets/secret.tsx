import { Anchor, Badge, Button, FileInput, Group, Paper, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { call, hrefOf, type Output } from '../../api/call'
import { useChange, useList, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Empty, Fact, Facts, Failure, Loaded, More, Page, Section } from '../../ui/page'
import { Copy } from '../../ui/shown-once'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { common } from '../../words/common'
import { useNames } from '../../words/names'
import { secretWords } from '../../words/secrets'
import { useFormats, useWords, words } from '../../words/words'
import { SecretForm } from './secret-form'
import { ShareForm } from './share-form'
import { OneShare } from './shared-list'

const texts = words({
  nl: {
    secret: 'Bedrijfsgeheim',
    closed: 'De inhoud is nog dicht',
    logged:
      'Dat u kijkt wordt vastgelegd, met uw naam en het tijdstip. De eigenaar en de beheerder zien dat.',
    show: 'Tonen, en laten vastleggen',
    hide: 'Weer sluiten',
    unknown: 'Dit geheim is er niet, of u hoeft het niet te kennen.',
    state: 'Stand',
    version: 'Versie',
    owner: 'Staat ervoor in',
    value: 'Geschatte waarde',
    euros: '{amount} euro: {why}',
    persons: 'Moeten het kennen',
    roles: 'Rollen die het moeten kennen',
    registered: 'Geregistreerd op',
    digest: 'Kenmerk',
    what: 'Wat het geheim is',
    measures: 'Wat u doet om het geheim te houden',
    documents: 'Documenten',
    no_documents: 'Er is geen document bij.',
    attach: 'Een document toevoegen',
    file: 'Bestand (PDF, PNG of JPEG, hoogstens 64 MB)',
    name: 'Hoe het heet',
    add: 'Toevoegen',
    attached: 'Toegevoegd.',
    proof: 'Bewijs van deze registratie',
    proof_what:
      'De tekst waarvan het kenmerk is vastgelegd, met het zout dat raden onmogelijk maakt. Geef haar alleen aan wie het geheim mag kennen.',
    proof_get: 'Bewijs tonen, en laten vastleggen',
    change: 'Wijzigen',
    save: 'Opnieuw registreren',
    changed: 'Opnieuw geregistreerd, als versie {version}.',
    withdraw: 'Uit het register nemen',
    withdraw_what:
      'Wat ervan gedeeld is gaat dicht. Dat het geregistreerd was, blijft te bewijzen. Dit kan niet ongedaan worden gemaakt.',
    withdrawn: 'Uit het register genomen.',
    share: 'Met een partner delen',
    shares: 'Met partners gedeeld',
    no_shares: 'Dit geheim is met geen partner gedeeld.',
    looks: 'Wie keek',
    no_looks: 'Nog niemand keek.',
    somebody: 'iemand van een partner',
    gone: 'iemand die vertrok',
    look_text: 'de tekst, versie {version}',
    look_document: 'een document',
    via: 'bij een partner',
  },
  en: {
    secret: 'Trade secret',
    closed: 'What it says is still closed',
    logged:
      'That you look is recorded, with your name and the moment. The owner and the administrator see it.',
    show: 'Show it, and have it recorded',
    hide: 'Close it again',
    unknown: 'This secret is not here, or you do not need to know it.',
    state: 'State',
    version: 'Version',
    owner: 'Answers for it',
    value: 'Estimated value',
    euros: '{amount} euros: {why}',
    persons: 'Need to know',
    roles: 'Roles that need to know',
    registered: 'Registered on',
    digest: 'Digest',
    what: 'What the secret is',
    measures: 'What you do to keep it secret',
    documents: 'Documents',
    no_documents: 'There is no document with it.',
    attach: 'Add a document',
    file: 'File (PDF, PNG or JPEG, at most 64 MB)',
    name: 'What it is called',
    add: 'Add',
    attached: 'Added.',
    proof: 'Proof of this registration',
    proof_what:
      'The text that the recorded digest is of, with the salt that makes guessing impossible. Give it only to who may know the secret.',
    proof_get: 'Show the proof, and have it recorded',
    change: 'Change',
    save: 'Register anew',
    changed: 'Registered anew, as version {version}.',
    withdraw: 'Take it out of the register',
    withdraw_what:
      'What was shared of it closes. That it was registered can still be proven. This cannot be undone.',
    withdrawn: 'Taken out of the register.',
    share: 'Share with a partner',
    shares: 'Shared with partners',
    no_shares: 'This secret is shared with no partner.',
    looks: 'Who looked',
    no_looks: 'Nobody looked yet.',
    somebody: 'somebody of a partner',
    gone: 'somebody who left',
    look_text: 'the text, version {version}',
    look_document: 'a document',
    via: 'at a partner',
  },
})

type Listed = Output<'trade-secrets.list'>['items'][number]
type Secret = Output<'trade-secrets.show'>

export default function SecretPage() {
  const say = useWords(texts)
  const { id } = useParams({ from: '/inside/secrets/$id' })
  const list = useRead('trade-secrets.list', {})
  const listed = list.data?.items.find((one) => one.id === id)
  return (
    <Page title={listed?.title ?? say('secret')}>
      <Loaded of={list}>
        {listed ? <Opened key={id} listed={listed} /> : <Empty>{say('unknown')}</Empty>}
      </Loaded>
    </Page>
  )
}

function Opened({ listed }: { readonly listed: Listed }) {
  const say = useWords(texts)
  const saySecret = useWords(secretWords)
  const who = useWho()
  const { moment } = useFormats()
  const { id, state, version, changed_at } = listed
  // Each look is recorded: it is asked for once, by hand, and never read anew by itself.
  const show = useChange('trade-secrets.show', ['trade-secrets.log'])
  const isKeeper = hasRole(who, 'administrator')
  const look = () => show.mutate({ id })
  return (
    <>
      {show.data ? (
        <Shown secret={show.data} isKeeper={isKeeper} onClose={() => show.reset()} onAgain={look} />
      ) : (
        <Paper withBorder p="lg" radius="md">
          <Stack gap="sm" align="flex-start">
            <Group gap="xs">
              <Badge variant="light">{saySecret(state)}</Badge>
              <Text size="sm" c="dimmed">
                {say('version')} {version} · {moment(changed_at)}
              </Text>
            </Group>
            <Text fw={600}>{say('closed')}</Text>
            <Text size="sm">{say('logged')}</Text>
            {show.error && <Failure error={show.error} />}
            <Button loading={show.isPending} onClick={look}>
              {say('show')}
            </Button>
          </Stack>
        </Paper>
      )}
      {isKeeper && <Shares secret={id} />}
      {isKeeper && <Looks secret={id} />}
    </>
  )
}

function Shown({
  secret,
  isKeeper,
  onClose,
  onAgain,
}: {
  readonly secret: Secret
  readonly isKeeper: boolean
  readonly onClose: () => void
  readonly onAgain: () => void
}) {
  const say = useWords(texts)
  const saySecret = useWords(secretWords)
  const shared = useWords(common)
  const { code } = useNames()
  const { number, moment } = useFormats()
  const tell = useTell()
  const [doing, set] = useState<'change' | 'withdraw' | 'share' | null>(null)
  const change = useChange('trade-secrets.change', ['trade-secrets.'])
  const withdraw = useChange('trade-secrets.withdraw', ['trade-secrets.'])
  const { id, state, version, owner, need_to_know, documents, value } = secret
  const isOpen = state === 'registered'
  if (doing === 'change')
    return (
      <Section title={say('change')}>
        <SecretForm
          from={secret}
          submit={say('save')}
          busy={change.isPending}
          error={change.error}
          onCancel={{ text: shared('cancel'), go: () => set(null) }}
          onSubmit={(said) =>
            change.mutate(
              { id, ...said, ifMatch: version },
              {
                onSuccess: (after) => {
                  set(null)
                  tell({ text: say('changed', { version: after.version }) })
                  onAgain()
                },
              },
            )
          }
        />
      </Section>
    )
  return (
    <Stack gap="lg">
      <Paper withBorder p="lg" radius="md">
        <Facts>
          <Fact name={say('state')}>
            <Badge variant="light">{saySecret(state)}</Badge>
          </Fact>
          <Fact name={say('version')}>{version}</Fact>
          <Fact name={say('owner')}>{owner.name ?? say('gone')}</Fact>
          {value && (
            <Fact name={say('value')}>{say('euros', { amount: number(value.amount), why: value.why })}</Fact>
          )}
          <Fact name={say('persons')}>
            {need_to_know.persons.map(({ name }) => name ?? say('gone')).join(', ') || shared('none')}
          </Fact>
          <Fact name={say('roles')}>{need_to_know.roles.map(code).join(', ') || shared('none')}</Fact>
          <Fact name={say('registered')}>{moment(secret.registered_at)}</Fact>
          <Fact name={say('digest')}>
            <code>{secret.digest}</code>
          </Fact>
        </Facts>
      </Paper>
      <Group className="no-print">
        <Button variant="default" onClick={onClose}>
          {say('hide')}
        </Button>
        {isKeeper && isOpen && (
          <>
            <Button onClick={() => set('share')}>{say('share')}</Button>
            <Button variant="default" onClick={() => set('change')}>
              {say('change')}
            </Button>
            <Button variant="light" color="red" onClick={() => set('withdraw')}>
              {say('withdraw')}
            </Button>
          </>
        )}
      </Group>
      {doing === 'share' && <ShareForm secret={secret} onClose={() => set(null)} />}
      <Section title={say('what')}>
        <Paper withBorder p="lg" radius="md">
          <div className="document">{secret.description}</div>
        </Paper>
      </Section>
      <Section title={say('measures')}>
        <ul>
          {secret.measures.map((measure) => (
            <li key={measure} className="breakable">
              {measure}
            </li>
          ))}
        </ul>
      </Section>
      <Section title={say('documents')}>
        {documents.length === 0 && <Text c="dimmed">{say('no_documents')}</Text>}
        {documents.map((one) => (
          <Anchor
            key={one.id}
            href={hrefOf('trade-secrets.download', { id, document: one.id })}
            download
            className="breakable"
          >
            {saySecret('document', { name: one.name })}
          </Anchor>
        ))}
        {isKeeper && isOpen && <Attach secret={id} onDone={onAgain} />}
      </Section>
      <Proof id={id} version={version} />
      {doing === 'withdraw' && (
        <Confirm
          title={say('withdraw')}
          text={say('withdraw_what')}
          sure={say('withdraw')}
          error={withdraw.error}
          busy={withdraw.isPending}
          onClose={() => set(null)}
          onSure={() =>
            withdraw.mutate(
              { id },
              {
                onSuccess: () => {
                  set(null)
                  onClose()
                  tell({ text: say('withdrawn') })
                },
              },
            )
          }
        />
      )}
    </Stack>
  )
}

function Proof({ id, version }: { readonly id: string; readonly version: number }) {
  const say = useWords(texts)
  const proof = useChange('trade-secrets.proof', ['trade-secrets.log'])
  return (
    <Section title={say('proof')}>
      <Text size="sm">{say('proof_what')}</Text>
      {proof.error && <Failure error={proof.error} />}
      {proof.data ? (
        <Stack gap="xs" align="flex-start">
          <code className="command">{proof.data.text}</code>
          <Copy text={proof.data.text} />
        </Stack>
      ) : (
        <Group>
          <Button variant="default" loading={proof.isPending} onClick={() => proof.mutate({ id, version })}>
            {say('proof_get')}
          </Button>
        </Group>
      )}
    </Section>
  )
}

function Attach({ secret: id, onDone }: { readonly secret: string; readonly onDone: () => void }) {
  const say = useWords(texts)
  const tell = useTell()
  const client = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const [name, setName] = useState('')
  const [isSending, setSending] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (!file) return
    setError(null)
    setSending(true)
    try {
      await call('trade-secrets.attach', { id, name: name.trim() || file.name }, { file })
      setFile(null)
      setName('')
      tell({ text: say('attached') })
      await client.invalidateQueries({ queryKey: ['trade-secrets.list'] })
      onDone()
    } catch (cause) {
      setError(cause)
    } finally {
      setSending(false)
    }
  }
  return (
    <form onSubmit={send} aria-label={say('attach')}>
      <Stack gap="sm" maw={480}>
        {error !== null && <Failure error={error} />}
        <FileInput
          label={say('file')}
          accept="application/pdf,image/png,image/jpeg"
          value={file}
          onChange={setFile}
          required
        />
        <TextInput
          label={say('name')}
          value={name}
          maxLength={200}
          placeholder={file?.name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group>
          <Button type="submit" variant="default" disabled={!file} loading={isSending}>
            {say('add')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function Shares({ secret }: { readonly secret: string }) {
  const say = useWords(texts)
  const list = useList('trade-secrets.shares', { secret, limit: 50 })
  return (
    <Section title={say('shares')}>
      <Loaded of={list}>
        {list.items?.length === 0 && <Text c="dimmed">{say('no_shares')}</Text>}
        {list.items?.map((share) => (
          <OneShare key={share.id} share={share} />
        ))}
        <More list={list} />
      </Loaded>
    </Section>
  )
}

function Looks({ secret: id }: { readonly secret: string }) {
  const say = useWords(texts)
  const { moment } = useFormats()
  const list = useList('trade-secrets.log', { id, limit: 50 })
  return (
    <Section title={say('looks')}>
      <Loaded of={list}>
        {list.items?.length === 0 && <Text c="dimmed">{say('no_looks')}</Text>}
        <ol className="steps">
          {list.items?.map((look) => (
            <li key={look.id}>
              <Text size="sm" className="breakable">
                <span className="dimmed">{moment(look.at)}</span>{' '}
                {look.person.name ?? say(look.share === null ? 'gone' : 'somebody')} ·{' '}
                {look.document === null ? say('look_text', { version: look.version }) : say('look_document')}
                {look.share !== null && ` · ${say('via')}`}
              </Text>
            </li>
          ))}
        </ol>
        <More list={list} />
      </Loaded>
    </Section>
  )
}
