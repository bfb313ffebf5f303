import { Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { call, onAsk, post, setConsent, type Wanted } from '../api/call'
import { Problem } from '../api/problem'
import { passkeysWork, signInWithPasskey } from '../passkey'
import { confirmAtLogin, waysQuery } from '../ways'
import { whoQuery } from '../who'
import { common } from '../words/common'
import { loginRefusals, refusalKey } from '../words/login'
import { useLanguage, useWords, words } from '../words/words'
import { Failure } from './page'

const texts = words({
  nl: {
    title: 'Bevestig dat u het bent',
    key: 'Wat u nu doet wordt met uw eigen sleutel ondertekend. Alleen u kunt die openen; daarna is hij een kwartier open.',
    presence:
      'Wat u nu doet opent deuren. Laat daarom zien dat u het bent die hier zit; daarna wordt het vijf minuten lang niet opnieuw gevraagd.',
    passkey: 'Openen met passkey',
    show: 'Bevestigen met passkey',
    not_opened: 'Deze passkey opent uw sleutel niet. Gebruik uw geheime zin.',
    secret: 'Uw geheime zin',
    open: 'Openen',
    elsewhere: 'Ga verder in het nieuwe tabblad. Daarna gaat het hier vanzelf door.',
    link: 'Of met een nieuwe aanmeldlink',
    link_help: 'Maak er een met: regie sessions link',
    confirm: 'Bevestigen',
  },
  en: {
    title: 'Confirm that it is you',
    key: 'What you do now is signed with your own key. Only you can open it; it then stays open for a quarter of an hour.',
    presence:
      'What you do now opens doors. So show that it is you who sits here; after that you are not asked again for five minutes.',
    passkey: 'Open with a passkey',
    show: 'Confirm with a passkey',
    not_opened: 'This passkey does not open your key. Use your secret sentence.',
    secret: 'Your secret sentence',
    open: 'Open',
    elsewhere: 'Go on in the new tab. After that it goes on here by itself.',
    link: 'Or with a new sign-in link',
    link_help: 'Make one with: regie sessions link',
    confirm: 'Confirm',
  },
})

/** Asks her to show that she is there, whenever something needs it: with a passkey, or with what she knows or has. */
export function AskAgain({ children }: { readonly children: ReactNode }) {
  const say = useWords(texts)
  const shared = useWords(common)
  const client = useQueryClient()
  const [wanted, setWanted] = useState<Wanted | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const why = useWords(loginRefusals)
  const { language } = useLanguage()
  const { data: ways } = useQuery({ ...waysQuery, enabled: wanted === 'presence' })
  const [isElsewhere, setElsewhere] = useState(false)
  const elsewhere = useRef<AbortController | null>(null)
  const answer = useRef<((shown: boolean) => void) | null>(null)

  useEffect(() => {
    onAsk(
      (what) =>
        new Promise((resolve) => {
          answer.current?.(false)
          answer.current = resolve
          setError(null)
          setWanted(what)
        }),
    )
  }, [])
  const finish = useCallback((shown: boolean) => {
    setWanted(null)
    elsewhere.current?.abort()
    answer.current?.(shown)
    answer.current = null
  }, [])
  const attempt = async (show: () => Promise<unknown>) => {
    setBusy(true)
    setError(null)
    try {
      await show()
      finish(true)
      // Who shows that she is there goes on in another session.
      await client.invalidateQueries({ queryKey: ['sessions.list'] })
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(false)
    }
  }
  const byPasskey = async () => {
    const { unlocked } = await signInWithPasskey(true)
    if (wanted === 'key' && !unlocked) throw new Error(say('not_opened'))
  }
  // She may still choose another way while the tab is open, or closed again.
  const byLogin = async () => {
    elsewhere.current?.abort()
    const mine = new AbortController()
    elsewhere.current = mine
    setElsewhere(true)
    setError(null)
    try {
      await confirmAtLogin(mine.signal)
      finish(true)
      await client.invalidateQueries({ queryKey: ['sessions.list'] })
    } catch (cause) {
      if (mine.signal.aborted) return
      // What came with words of the node keeps them.
      setError(
        cause instanceof Problem && cause.message === '' ? new Error(why(refusalKey(cause.code))) : cause,
      )
    } finally {
      if (elsewhere.current === mine) setElsewhere(false)
    }
  }
  const bySecret = async (secret: string) => {
    const { token } = await call('consent.unlock', { secret })
    setConsent(token)
  }
  return (
    <>
      {children}
      {wanted !== null && (
        <Modal
          opened
          zIndex={500}
          onClose={() => finish(false)}
          title={say('title')}
          centered
          closeButtonProps={{ 'aria-label': shared('close') }}
        >
          <Stack>
            <Text size="sm">{say(wanted === 'presence' ? 'presence' : 'key')}</Text>
            {error !== null && <Failure error={error} />}
            {passkeysWork() && (
              <Button loading={busy} data-autofocus onClick={() => attempt(byPasskey)}>
                {say(wanted === 'presence' ? 'show' : 'passkey')}
              </Button>
            )}
            {wanted === 'presence' && ways?.openid && (
              <Stack gap={4}>
                <Button variant={passkeysWork() ? 'default' : 'filled'} className="wraps" onClick={byLogin}>
                  {ways.openid[language]}
                </Button>
                <Text size="sm" role="status">
                  {isElsewhere ? say('elsewhere') : ''}
                </Text>
              </Stack>
            )}
            {wanted === 'presence' ? (
              <Typed
                submit={say('confirm')}
                busy={busy}
                onCancel={() => finish(false)}
                onTyped={(link) =>
                  attempt(() => signInByLink(link, client.getQueryData(whoQuery.queryKey)?.account))
                }
              >
                {(value, set) => (
                  <TextInput
                    label={say('link')}
                    description={say('link_help')}
                    value={value}
                    autoComplete="off"
                    onChange={(event) => set(event.currentTarget.value)}
                    required
                  />
                )}
              </Typed>
            ) : (
              <Typed
                submit={say('open')}
                busy={busy}
                onCancel={() => finish(false)}
                onTyped={(secret) => attempt(() => bySecret(secret))}
              >
                {(value, set) => (
                  <PasswordInput
                    label={say('secret')}
                    value={value}
                    autoComplete="current-password"
                    onChange={(event) => set(event.currentTarget.value)}
                    required
                  />
                )}
              </Typed>
            )}
          </Stack>
        </Modal>
      )}
    </>
  )
}

/** One thing to type; it is gone once it was sent. */
function Typed({
  submit,
  busy,
  onCancel,
  onTyped,
  children,
}: {
  readonly submit: string
  readonly busy: boolean
  readonly onCancel: () => void
  readonly onTyped: (value: string) => unknown
  readonly children: (value: string, set: (value: string) => void) => ReactNode
}) {
  const shared = useWords(common)
  const [value, setValue] = useState('')
  const send = (event: FormEvent) => {
    event.preventDefault()
    setValue('')
    onTyped(value)
  }
  return (
    <form onSubmit={send}>
      <Stack gap="xs">
        {children(value, setValue)}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {shared('cancel')}
          </Button>
          <Button type="submit" variant="light" loading={busy}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/**
 * @param link as it was given, or its code alone
 * @param before who was signed in
 */
async function signInByLink(link: string, before: string | undefined): Promise<void> {
  const { account } = await post<{ account: string }>('/session/link', {
    code: link.trim().replace(/^.*#/, ''),
  })
  if (account === before) return
  // Somebody else's link: what was begun is not hers to finish.
  window.location.assign('/app/')
  throw new Error(account)
}
