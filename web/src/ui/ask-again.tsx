import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { type FormEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { call, onUnlock, setConsent } from '../api/call'
import { passkeysWork, signInWithPasskey } from '../passkey'
import { common } from '../words/common'
import { useWords, words } from '../words/words'
import { Failure } from './page'

const texts = words({
  nl: {
    title: 'Bevestig dat u het bent',
    lead: 'Wat u nu doet wordt met uw eigen sleutel ondertekend. Alleen u kunt die openen; daarna is hij een kwartier open.',
    passkey: 'Openen met passkey',
    secret: 'Uw geheime zin',
    open: 'Openen',
    or: 'of',
  },
  en: {
    title: 'Confirm that it is you',
    lead: 'What you do now is signed with your own key. Only you can open it; it then stays open for a quarter of an hour.',
    passkey: 'Open with a passkey',
    secret: 'Your secret sentence',
    open: 'Open',
    or: 'or',
  },
})

/** Asks her to open the key she consents with, whenever something needs it. */
export function AskAgain({ children }: { readonly children: ReactNode }) {
  const say = useWords(texts)
  const shared = useWords(common)
  const [isOpen, setOpen] = useState(false)
  const [secret, setSecret] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const answer = useRef<((opened: boolean) => void) | null>(null)

  useEffect(() => {
    onUnlock(
      () =>
        new Promise((resolve) => {
          answer.current?.(false)
          answer.current = resolve
          setError(null)
          setOpen(true)
        }),
    )
  }, [])
  const finish = useCallback((opened: boolean) => {
    setOpen(false)
    setSecret('')
    answer.current?.(opened)
    answer.current = null
  }, [])
  const attempt = async (open: () => Promise<boolean>) => {
    setBusy(true)
    setError(null)
    try {
      if (await open()) finish(true)
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(false)
    }
  }
  const bySecret = (event: FormEvent) => {
    event.preventDefault()
    return attempt(async () => {
      const { token } = await call('consent.unlock', { secret })
      setConsent(token)
      return true
    })
  }
  return (
    <>
      {children}
      <Modal
        opened={isOpen}
        onClose={() => finish(false)}
        title={say('title')}
        centered
        zIndex={500}
        closeButtonProps={{ 'aria-label': shared('close') }}
      >
        <Stack>
          <Text size="sm">{say('lead')}</Text>
          {error !== null && <Failure error={error} />}
          {passkeysWork() && (
            <Button
              loading={busy}
              data-autofocus
              onClick={() => attempt(async () => (await signInWithPasskey()).unlocked)}
            >
              {say('passkey')}
            </Button>
          )}
          <form onSubmit={bySecret}>
            <Stack gap="xs">
              <PasswordInput
                label={say('secret')}
                value={secret}
                autoComplete="current-password"
                onChange={(event) => setSecret(event.currentTarget.value)}
                required
              />
              <Group justify="flex-end">
                <Button variant="default" onClick={() => finish(false)}>
                  {shared('cancel')}
                </Button>
                <Button type="submit" variant="light" loading={busy}>
                  {say('open')}
                </Button>
              </Group>
            </Stack>
          </form>
        </Stack>
      </Modal>
    </>
  )
}
