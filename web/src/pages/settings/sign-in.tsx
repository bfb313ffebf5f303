import {
  Badge,
  Button,
  Checkbox,
  Group,
  Modal,
  Paper,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { askFor, call, hasConsent, setConsent } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { addPasskey, passkeysWork } from '../../passkey'
import { Confirm } from '../../ui/confirm'
import { Empty, Failure, Loaded, Page } from '../../ui/page'
import { RecoveryCodes } from '../../ui/recovery-codes'
import { ShownOnce } from '../../ui/shown-once'
import { useTell } from '../../ui/told'
import { common } from '../../words/common'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Aanmelden',
    lead: 'Waarmee u zich aanmeldt, waar u aangemeld bent, en wat uw sleutel opent.',
    passkeys: 'Passkeys',
    no_passkeys:
      'U hebt nog geen passkey. Met een passkey meldt u zich aan met uw vinger, gezicht of pincode.',
    added: 'toegevoegd {day}',
    used: 'laatst gebruikt {moment}',
    never_used: 'nog niet gebruikt',
    opens: 'opent ook uw sleutel',
    remove: 'Verwijderen',
    remove_name: '{name} verwijderen',
    remove_title: 'Passkey {name} verwijderen?',
    remove_text: 'Met deze passkey meldt u zich dan niet meer aan, en hij opent uw sleutel niet meer.',
    removed: 'Passkey verwijderd.',
    name: 'Naam van dit apparaat',
    opens_too: 'Opent ook mijn sleutel, waar dit apparaat dat kan',
    add: 'Passkey toevoegen',
    made: 'Passkey toegevoegd.',
    unsupported: 'Deze browser kent geen passkeys.',
    sessions: 'Waar u aangemeld bent',
    this_one: 'deze browser',
    unknown_device: 'Onbekende browser',
    by_link: 'met een link',
    by_passkey: 'met een passkey',
    by_token: 'met een code',
    by_openid: 'met de aanmelding van uw organisatie',
    by_wallet: 'met een wallet',
    since: '{how}, sinds {day}',
    end: 'Afmelden',
    end_name: '{device} afmelden',
    ended: 'Die browser is afgemeld.',
    link: 'Link voor een ander apparaat',
    link_title: 'Aanmeldlink',
    link_text:
      'Open deze link op het andere apparaat. Hij werkt één keer, tien minuten lang, en meldt aan als u: geef hem aan niemand.',
    end_all: 'Overal afmelden',
    end_all_title: 'Overal afmelden?',
    end_all_text: 'Ook in deze browser meldt u zich daarna opnieuw aan.',
    key: 'Uw sleutel',
    key_active:
      'Alleen u opent hem, met uw geheime zin of een passkey. U hebt nog {left, plural, =0 {geen herstelcodes} one {# herstelcode} other {# herstelcodes}}.',
    key_passive:
      'U hebt uw sleutel nog niet overgenomen. Gebruik daarvoor de activeringscode van uw beheerder.',
    change_secret: 'Andere geheime zin',
    new_codes: 'Nieuwe herstelcodes',
    recover: 'Geheime zin kwijt',
    secret: 'Uw geheime zin',
    new_secret: 'Uw nieuwe geheime zin',
    new_help: 'Ten minste 12 tekens; een paar gewone woorden werken goed',
    recovery_code: 'Een herstelcode',
    codes_text: 'De herstelcodes die u had, werken daarna niet meer.',
    make_codes: 'Codes maken',
    secret_set: 'Uw nieuwe geheime zin is ingesteld.',
  },
  en: {
    title: 'Signing in',
    lead: 'What you sign in with, where you are signed in, and what opens your key.',
    passkeys: 'Passkeys',
    no_passkeys: 'You have no passkey yet. With one you sign in with your finger, your face or a PIN.',
    added: 'added {day}',
    used: 'last used {moment}',
    never_used: 'not used yet',
    opens: 'opens your key as well',
    remove: 'Remove',
    remove_name: 'Remove {name}',
    remove_title: 'Remove the passkey {name}?',
    remove_text: 'You then sign in with this passkey no more, and it does not open your key any more.',
    removed: 'Passkey removed.',
    name: 'Name of this device',
    opens_too: 'Opens my key as well, where this device can',
    add: 'Add a passkey',
    made: 'Passkey added.',
    unsupported: 'This browser knows no passkeys.',
    sessions: 'Where you are signed in',
    this_one: 'this browser',
    unknown_device: 'Unknown browser',
    by_link: 'with a link',
    by_passkey: 'with a passkey',
    by_token: 'with a code',
    by_openid: 'with the login of your organisation',
    by_wallet: 'with a wallet',
    since: '{how}, since {day}',
    end: 'Sign out',
    end_name: 'Sign out {device}',
    ended: 'That browser is signed out.',
    link: 'Link for another device',
    link_title: 'Sign-in link',
    link_text:
      'Open this link on the other device. It works once, for ten minutes, and signs in as you: give it to nobody.',
    end_all: 'Sign out everywhere',
    end_all_title: 'Sign out everywhere?',
    end_all_text: 'In this browser too you then sign in again.',
    key: 'Your key',
    key_active:
      'Only you open it, with your secret sentence or a passkey. You have {left, plural, =0 {no recovery codes} one {# recovery code} other {# recovery codes}} left.',
    key_passive: 'You did not take your key over yet. Use the activation code of your administrator for it.',
    change_secret: 'Another secret sentence',
    new_codes: 'New recovery codes',
    recover: 'Lost the secret sentence',
    secret: 'Your secret sentence',
    new_secret: 'Your new secret sentence',
    new_help: 'At least 12 characters; a few ordinary words work well',
    recovery_code: 'A recovery code',
    codes_text: 'The recovery codes you had work no more after this.',
    make_codes: 'Make codes',
    secret_set: 'Your new secret sentence is set.',
  },
})

export default function SignInSettings() {
  const say = useWords(texts)
  return (
    <Page title={say('title')} lead={say('lead')}>
      <PasskeySettings />
      <SessionSettings />
      <KeySettings />
    </Page>
  )
}

function PasskeySettings() {
  const say = useWords(texts)
  const { day, moment } = useFormats()
  const tell = useTell()
  const list = useRead('passkeys.list', {})
  const remove = useChange('passkeys.remove', ['passkeys.'])
  const [removing, setRemoving] = useState<{ id: string; name: string } | null>(null)
  return (
    <Stack component="section" gap="sm">
      <Title order={2} size="h3">
        {say('passkeys')}
      </Title>
      <Loaded of={list}>
        {list.data?.items.length === 0 && <Empty>{say('no_passkeys')}</Empty>}
        {list.data?.items.map(({ id, name, added_at, used_at, opens_key }) => (
          <Paper key={id} withBorder p="md" radius="md">
            <Group justify="space-between">
              <div>
                <Text fw={600} className="breakable">
                  {name}
                </Text>
                <Text size="sm" c="dimmed">
                  {say('added', { day: day(added_at) })} ·{' '}
                  {used_at === null ? say('never_used') : say('used', { moment: moment(used_at) })}
                  {opens_key && ` · ${say('opens')}`}
                </Text>
              </div>
              <Button
                variant="light"
                color="red"
                aria-label={say('remove_name', { name })}
                onClick={() => setRemoving({ id, name })}
              >
                {say('remove')}
              </Button>
            </Group>
          </Paper>
        ))}
        {passkeysWork() ? <NewPasskey /> : <Text c="dimmed">{say('unsupported')}</Text>}
      </Loaded>
      {removing && (
        <Confirm
          title={say('remove_title', { name: removing.name })}
          text={say('remove_text')}
          sure={say('remove')}
          error={remove.error}
          busy={remove.isPending}
          onClose={() => setRemoving(null)}
          onSure={() =>
            remove.mutate(
              { id: removing.id },
              {
                onSuccess: () => {
                  setRemoving(null)
                  tell({ text: say('removed') })
                },
              },
            )
          }
        />
      )}
    </Stack>
  )
}

function NewPasskey() {
  const say = useWords(texts)
  const tell = useTell()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [opensKey, setOpensKey] = useState(true)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const add = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      // Only a key that is open can be opened by one thing more.
      if (opensKey && !hasConsent() && !(await askFor('key'))) return
      await addPasskey(name.trim())
      setName('')
      tell({ text: say('made') })
      await client.invalidateQueries({ queryKey: ['passkeys.list'] })
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Paper withBorder p="md" radius="md" component="form" onSubmit={add}>
      <Stack gap="sm">
        {error !== null && <Failure error={error} />}
        <Group align="flex-end">
          <TextInput
            flex="1 1 12rem"
            label={say('name')}
            value={name}
            maxLength={60}
            autoComplete="off"
            onChange={(event) => setName(event.currentTarget.value)}
            required
          />
          <Button type="submit" loading={busy} disabled={name.trim() === ''}>
            {say('add')}
          </Button>
        </Group>
        <Checkbox
          label={say('opens_too')}
          checked={opensKey}
          onChange={(event) => setOpensKey(event.currentTarget.checked)}
        />
      </Stack>
    </Paper>
  )
}

function SessionSettings() {
  const say = useWords(texts)
  const { day, moment } = useFormats()
  const tell = useTell()
  const list = useRead('sessions.list', {})
  const end = useChange('sessions.end', ['sessions.'])
  const endAll = useChange('sessions.end-all', ['sessions.', 'who'])
  const link = useChange('sessions.link', [])
  const [isAll, setAll] = useState(false)
  const how = {
    ...{ link: say('by_link'), passkey: say('by_passkey'), token: say('by_token') },
    ...{ openid: say('by_openid'), wallet: say('by_wallet') },
  }
  return (
    <Stack component="section" gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h3">
          {say('sessions')}
        </Title>
        <Group gap="xs">
          <Button variant="default" loading={link.isPending} onClick={() => link.mutate({})}>
            {say('link')}
          </Button>
          <Button variant="default" onClick={() => setAll(true)}>
            {say('end_all')}
          </Button>
        </Group>
      </Group>
      {link.error && <Failure error={link.error} />}
      {link.data && <ShownOnce title={say('link_title')} text={say('link_text')} value={link.data.url} />}
      <Loaded of={list}>
        {end.error && <Failure error={end.error} />}
        {list.data?.items.map(({ id, device, method, since, used_at, current }) => (
          <Paper key={id} withBorder p="md" radius="md">
            <Group justify="space-between">
              <div>
                <Group gap="xs">
                  <Text fw={600}>{device || say('unknown_device')}</Text>
                  {current && <Badge variant="light">{say('this_one')}</Badge>}
                </Group>
                <Text size="sm" c="dimmed">
                  {say('since', { how: how[method], day: day(since) })} ·{' '}
                  {say('used', { moment: moment(used_at) })}
                </Text>
              </div>
              {!current && (
                <Button
                  variant="light"
                  color="red"
                  aria-label={say('end_name', { device: device || say('unknown_device') })}
                  onClick={() => end.mutate({ id }, { onSuccess: () => tell({ text: say('ended') }) })}
                >
                  {say('end')}
                </Button>
              )}
            </Group>
          </Paper>
        ))}
      </Loaded>
      {isAll && (
        <Confirm
          title={say('end_all_title')}
          text={say('end_all_text')}
          sure={say('end_all')}
          error={endAll.error}
          busy={endAll.isPending}
          onClose={() => setAll(false)}
          onSure={() => endAll.mutate({}, { onSuccess: () => window.location.assign('/app/sign-in') })}
        />
      )}
    </Stack>
  )
}

type Asked = 'secret' | 'codes' | 'recover'

function KeySettings() {
  const say = useWords(texts)
  const state = useRead('consent.show', {})
  const [asked, setAsked] = useState<Asked | null>(null)
  return (
    <Stack component="section" gap="sm">
      <Title order={2} size="h3">
        {say('key')}
      </Title>
      <Loaded of={state}>
        {state.data && (
          <Paper withBorder p="md" radius="md">
            <Stack gap="sm">
              <Text>
                {state.data.active
                  ? say('key_active', { left: state.data.recovery_codes_left })
                  : say('key_passive')}
              </Text>
              {state.data.active && (
                <Group>
                  <Button variant="default" onClick={() => setAsked('secret')}>
                    {say('change_secret')}
                  </Button>
                  <Button variant="default" onClick={() => setAsked('codes')}>
                    {say('new_codes')}
                  </Button>
                  <Button variant="subtle" onClick={() => setAsked('recover')}>
                    {say('recover')}
                  </Button>
                </Group>
              )}
            </Stack>
          </Paper>
        )}
      </Loaded>
      {asked && <KeyChange asked={asked} onClose={() => setAsked(null)} />}
    </Stack>
  )
}

function KeyChange({ asked, onClose }: { readonly asked: Asked; readonly onClose: () => void }) {
  const say = useWords(texts)
  const shared = useWords(common)
  const tell = useTell()
  const client = useQueryClient()
  const [proof, setProof] = useState('')
  const [next, setNext] = useState('')
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const title = { secret: say('change_secret'), codes: say('new_codes'), recover: say('recover') }[asked]
  const isReady = proof !== '' && (asked === 'codes' || next.length >= 12)

  const change = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      if (asked === 'codes') setCodes((await call('consent.codes', { secret: proof })).recovery_codes)
      else {
        if (asked === 'secret') await call('consent.secret', { secret: proof, new_secret: next })
        else await call('consent.recover', { recovery_code: proof, new_secret: next })
        // What was open by the one before is closed.
        setConsent(null)
        tell({ text: say('secret_set') })
        onClose()
      }
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(false)
      await client.invalidateQueries({ queryKey: ['consent.show'] })
    }
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      centered
      closeOnClickOutside={codes === null}
      closeButtonProps={{ 'aria-label': shared('close') }}
    >
      {codes ? (
        <RecoveryCodes codes={codes} onKept={onClose} />
      ) : (
        <form onSubmit={change}>
          <Stack>
            {asked === 'codes' && <Text size="sm">{say('codes_text')}</Text>}
            {error !== null && <Failure error={error} />}
            {asked === 'recover' ? (
              <TextInput
                label={say('recovery_code')}
                value={proof}
                autoComplete="off"
                onChange={(event) => setProof(event.currentTarget.value)}
                required
              />
            ) : (
              <PasswordInput
                label={say('secret')}
                value={proof}
                autoComplete="current-password"
                onChange={(event) => setProof(event.currentTarget.value)}
                required
              />
            )}
            {asked !== 'codes' && (
              <PasswordInput
                label={say('new_secret')}
                description={say('new_help')}
                value={next}
                autoComplete="new-password"
                onChange={(event) => setNext(event.currentTarget.value)}
                required
              />
            )}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {shared('cancel')}
              </Button>
              <Button type="submit" loading={busy} disabled={!isReady}>
                {asked === 'codes' ? say('make_codes') : shared('save')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
