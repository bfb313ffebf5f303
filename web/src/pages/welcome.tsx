import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { call, post, setConsent } from '../api/call'
import { isProblem } from '../api/problem'
import { addPasskey, passkeysWork } from '../passkey'
import { LanguageChoice } from '../ui/language-choice'
import { Failure } from '../ui/page'
import { RecoveryCodes } from '../ui/recovery-codes'
import { useWords, words } from '../words/words'

const texts = words({
  nl: {
    title: 'Welkom',
    lead: 'Hier neemt u uw eigen sleutel over. Kies een geheime zin die niemand anders zou bedenken: daarmee bevestigt u straks wat u deelt. Niemand kan hem voor u opzoeken.',
    code: 'Uw activeringscode',
    code_help: 'U kreeg hem van uw beheerder. Hij werkt één keer, drie dagen lang.',
    secret: 'Uw geheime zin',
    secret_help: 'Ten minste 12 tekens; een paar gewone woorden werken goed',
    too_short: 'Nog te kort: ten minste 12 tekens',
    activate: 'Dit wordt mijn geheime zin',
    used: 'Vraag uw beheerder om een nieuwe code.',
    codes_title: 'Bewaar uw herstelcodes',
    passkey_title: 'Voortaan zonder typen',
    passkey_lead:
      'Met een passkey meldt u zich aan met uw vinger, gezicht of pincode van dit apparaat. Waar het apparaat dat kan, opent hij ook uw sleutel.',
    passkey_name: 'Hoe noemt u dit apparaat?',
    this_device: 'Dit apparaat',
    without:
      'Zonder passkey komt u na het afmelden alleen binnen met een link die u zelf maakt waar u nog aangemeld bent.',
    make: 'Passkey maken',
    later: 'Later',
    no_passkeys:
      'Deze browser kent geen passkeys. U maakt er later een bij Instellingen, met een andere browser.',
    ready: 'Naar Vandaag',
  },
  en: {
    title: 'Welcome',
    lead: 'Here you take over your own key. Choose a secret sentence that nobody else would think of: with it you confirm what you share. Nobody can look it up for you.',
    code: 'Your activation code',
    code_help: 'Your administrator gave it to you. It works once, for three days.',
    secret: 'Your secret sentence',
    secret_help: 'At least 12 characters; a few ordinary words work well',
    too_short: 'Still too short: at least 12 characters',
    activate: 'Make this my secret sentence',
    used: 'Ask your administrator for a new code.',
    codes_title: 'Keep your recovery codes',
    passkey_title: 'From now on without typing',
    passkey_lead:
      'With a passkey you sign in with your finger, your face or the PIN of this device. Where the device can, it opens your key as well.',
    passkey_name: 'What do you call this device?',
    this_device: 'This device',
    without:
      'Without a passkey, once signed out you only come in with a link that you make yourself where you are still signed in.',
    make: 'Make a passkey',
    later: 'Later',
    no_passkeys:
      'This browser knows no passkeys. You can make one later under Settings, with another browser.',
    ready: 'Go to Today',
  },
})

const LEAST = 12

/** What a person sees who comes for the first time: her secret, her codes, her passkey. */
export default function Welcome() {
  const say = useWords(texts)
  const client = useQueryClient()
  const navigate = useNavigate()
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const [kept, setKept] = useState(false)
  const title = codes === null ? say('title') : say(kept ? 'passkey_title' : 'codes_title')
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Regie`
    heading.current?.focus({ preventScroll: true })
  }, [title])
  const goOn = () => {
    client.clear()
    return navigate({ to: '/', replace: true })
  }
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" radius="lg" maw={480} w="100%">
        <Stack>
          <Title order={1} size="h2" ref={heading} tabIndex={-1} className="page-title">
            {title}
          </Title>
          {codes === null ? (
            <Activate onDone={setCodes} />
          ) : kept ? (
            <FirstPasskey onDone={goOn} />
          ) : (
            <RecoveryCodes codes={codes} onKept={() => setKept(true)} />
          )}
          {codes === null && <LanguageChoice />}
        </Stack>
      </Paper>
    </Center>
  )
}

function Activate({ onDone }: { readonly onDone: (codes: readonly string[]) => void }) {
  const say = useWords(texts)
  const [code, setCode] = useState(() => window.location.hash.slice(1))
  const [isGiven] = useState(code !== '')
  const [secret, setSecret] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  // It stays in this page alone: in no history, and in no picture of the address bar.
  useEffect(() => window.history.replaceState(null, '', window.location.pathname), [])
  const isShort = secret.length < LEAST

  const activate = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      const made = await call('activate', { code: code.trim().replace(/^.*#/, ''), secret })
      // From here the codes must be seen, whatever else fails: they are shown once.
      await post('/session/token', {}, { authorization: `Bearer ${made.token}` })
        .then(() => call('consent.unlock', { secret }))
        .then(({ token }) => setConsent(token))
        .catch(() => undefined)
      onDone(made.recovery_codes)
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={activate}>
      <Stack>
        <Text>{say('lead')}</Text>
        {error !== null && <Failure error={error} />}
        {isProblem(error, 'activation_invalid') && <Text size="sm">{say('used')}</Text>}
        {!isGiven && (
          <TextInput
            label={say('code')}
            description={say('code_help')}
            value={code}
            autoComplete="one-time-code"
            onChange={(event) => setCode(event.currentTarget.value)}
            required
          />
        )}
        <PasswordInput
          label={say('secret')}
          description={say('secret_help')}
          value={secret}
          autoComplete="new-password"
          error={secret !== '' && isShort ? say('too_short') : undefined}
          onChange={(event) => setSecret(event.currentTarget.value)}
          required
        />
        <Button type="submit" disabled={isShort || code.trim() === ''} loading={busy}>
          {say('activate')}
        </Button>
      </Stack>
    </form>
  )
}

function FirstPasskey({ onDone }: { readonly onDone: () => unknown }) {
  const say = useWords(texts)
  const [name, setName] = useState(say('this_device'))
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  if (!passkeysWork())
    return (
      <>
        <Alert variant="light">{say('no_passkeys')}</Alert>
        <Button onClick={onDone}>{say('ready')}</Button>
      </>
    )
  const make = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await addPasskey(name.trim())
      await onDone()
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={make}>
      <Stack>
        <Text>{say('passkey_lead')}</Text>
        {error !== null && <Failure error={error} />}
        <TextInput
          label={say('passkey_name')}
          value={name}
          maxLength={60}
          onChange={(event) => setName(event.currentTarget.value)}
          required
        />
        <Button type="submit" loading={busy}>
          {say('make')}
        </Button>
        <Text size="sm" c="dimmed">
          {say('without')}
        </Text>
        <Button variant="subtle" onClick={onDone}>
          {say('later')}
        </Button>
      </Stack>
    </form>
  )
}
