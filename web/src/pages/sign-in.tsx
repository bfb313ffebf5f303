import { Alert, Button, Center, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'
import { post } from '../api/call'
import { passkeysWork, signInWithPasskey } from '../passkey'
import { LanguageChoice } from '../ui/language-choice'
import { Failure } from '../ui/page'
import { goToLogin, waysQuery } from '../ways'
import { loginRefusals, refusalKey } from '../words/login'
import { useLanguage, useWords, words } from '../words/words'
import { WalletSignIn } from './sign-in-wallet'

const texts = words({
  nl: {
    title: 'Aanmelden',
    lead: 'Hier hebt u de regie over uw eigen gegevens: wie ze mag zien, waarvoor, en hoe lang.',
    passkey: 'Aanmelden met passkey',
    no_passkeys: 'Deze browser kent geen passkeys. Gebruik een aanmeldlink.',
    link: 'Nog geen passkey op dit apparaat? Maak een aanmeldlink waar u al aangemeld bent, bij Instellingen, of met de opdracht hieronder. De link werkt één keer, tien minuten lang.',
    busy: 'U wordt aangemeld…',
    refused: 'U bent niet aangemeld',
  },
  en: {
    title: 'Sign in',
    lead: 'Here you direct your own data: who may see them, what for, and for how long.',
    passkey: 'Sign in with a passkey',
    no_passkeys: 'This browser knows no passkeys. Use a sign-in link.',
    link: 'No passkey on this device yet? Make a sign-in link where you are signed in already, under Settings, or with the command below. It works once, for ten minutes.',
    busy: 'Signing you in…',
    refused: 'You are not signed in',
  },
})

export default function SignIn() {
  const say = useWords(texts)
  const client = useQueryClient()
  const navigate = useNavigate()
  const why = useWords(loginRefusals)
  const { language } = useLanguage()
  const { to = '/', refused, response_code: fromWallet } = useSearch({ from: '/sign-in' })
  const { data: ways } = useQuery(waysQuery)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const used = useRef(false)

  // What a wallet sent this browser back with is used once, and belongs in no history.
  const [walletCode] = useState(fromWallet)
  useEffect(() => {
    if (fromWallet !== undefined)
      void navigate({
        ...{ from: '/sign-in', to: '/sign-in', replace: true },
        search: ({ response_code: _used, ...others }) => others,
      })
  }, [fromWallet, navigate])
  const enter = useCallback(async () => {
    client.clear()
    await navigate({ to, replace: true })
  }, [client, navigate, to])
  const attempt = useCallback(
    async (signIn: () => Promise<unknown>) => {
      setBusy(true)
      setError(null)
      try {
        await signIn()
        await enter()
      } catch (cause) {
        setError(cause)
      } finally {
        setBusy(false)
      }
    },
    [enter],
  )
  const leave = async (go: () => Promise<void>) => {
    setError(null)
    setLeaving(true)
    try {
      // It goes on turning: the page is left.
      await go()
    } catch (cause) {
      setLeaving(false)
      setError(cause)
    }
  }
  useEffect(() => {
    document.title = `${say('title')} · Regie`
    const code = window.location.hash.slice(1)
    if (code === '' || used.current) return
    used.current = true
    // Out of the address at once: it works once, and belongs in no history.
    window.history.replaceState(null, '', window.location.pathname + window.location.search)
    void attempt(() => post('/session/link', { code }))
  }, [attempt, say])

  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" radius="lg" maw={440} w="100%">
        <Stack>
          <Title order={1} size="h2">
            {say('title')}
          </Title>
          <Text>{say('lead')}</Text>
          {error !== null && <Failure error={error} />}
          {error === null && refused !== undefined && (
            <Alert color="red" variant="light" role="alert" title={say('refused')}>
              {why(refusalKey(refused))}
            </Alert>
          )}
          {passkeysWork() ? (
            <Button size="md" loading={busy} onClick={() => attempt(signInWithPasskey)}>
              {say('passkey')}
            </Button>
          ) : (
            <Text size="sm">{say('no_passkeys')}</Text>
          )}
          {ways?.openid && (
            <Button
              size="md"
              variant="default"
              className="wraps"
              loading={leaving}
              onClick={() => leave(() => goToLogin(to))}
            >
              {ways.openid[language]}
            </Button>
          )}
          {ways?.wallet && <WalletSignIn to={to} code={walletCode} onSignedIn={enter} />}
          <Text size="sm" c="dimmed">
            {say('link')}
          </Text>
          <code className="command">regie sessions link</code>
          <LanguageChoice />
          <Text size="sm" role="status">
            {busy ? say('busy') : ''}
          </Text>
        </Stack>
      </Paper>
    </Center>
  )
}
