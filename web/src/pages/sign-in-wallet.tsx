import { Button, Group, Loader, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { post } from '../api/call'
import { Failure } from '../ui/page'
import { QrCode } from '../ui/qr-code'
import { common } from '../words/common'
import { useWords, words } from '../words/words'

const texts = words({
  nl: {
    wallet: 'Aanmelden met uw wallet',
    scan: 'Scan met uw wallet',
    how: 'Scan deze code met de wallet waarin uw rol bij {verifier} staat. Daarna gaat het hier vanzelf door.',
    compare:
      'Kijk eerst of in de adresbalk {host} staat, en of uw wallet zegt dat {verifier} het vraagt. Scan nooit een code die iemand u stuurt: die meldt dan een ander aan als u.',
    qr: 'QR-code om u met uw wallet aan te melden',
    here: 'Mijn wallet staat op dit apparaat',
    waiting: 'Wachten op uw wallet…',
    in_wallet: 'Ga verder in uw wallet. Die brengt u hier terug.',
    arrived: 'Uw wallet heeft geantwoord. U wordt aangemeld…',
  },
  en: {
    wallet: 'Sign in with your wallet',
    scan: 'Scan with your wallet',
    how: 'With the wallet that holds your role at {verifier}, scan this code. After that it goes on here by itself.',
    compare:
      'First see that the address bar says {host}, and that your wallet says that {verifier} asks. Never scan a code that somebody sends you: it signs another one in as you.',
    qr: 'QR code to sign in with your wallet',
    here: 'My wallet is on this device',
    waiting: 'Waiting for your wallet…',
    in_wallet: 'Go on in your wallet. It brings you back here.',
    arrived: 'Your wallet answered. Signing you in…',
  },
})

type Flow = 'cross_device' | 'same_device'

interface Made {
  readonly link: string
  readonly qr_svg: string
  readonly verifier: string
}
interface Begun extends Made {
  readonly flow: Flow
}

/** How often this page looks whether the wallet answered. */
const LOOK_MS = 2_000

/**
 * Signing in with the role in a wallet, on another device or on this one.
 * @param code what a wallet on this device sent the browser back with
 */
export function WalletSignIn({
  to,
  code,
  onSignedIn,
}: {
  readonly to: string
  readonly code: string | undefined
  readonly onSignedIn: () => unknown
}) {
  const say = useWords(texts)
  const shared = useWords(common)
  const [begun, setBegun] = useState<Begun | null>(null)
  const [busy, setBusy] = useState<Flow | null>(null)
  const [error, setError] = useState<unknown>(null)
  // Once: the browser of this page is let in by it, and a code is used up.
  const look = useQuery({
    queryKey: ['wallet', begun?.link, code],
    // From a wallet on this device she comes back with a code, perhaps in another tab.
    enabled: begun?.flow === 'cross_device' || code !== undefined,
    queryFn: () =>
      post<{ state: 'waiting' | 'signed_in' }>('/session/wallet/check', code ? { response_code: code } : {}),
    refetchInterval: ({ state: { data, status } }) =>
      status !== 'error' && data?.state !== 'signed_in' ? LOOK_MS : false,
    refetchIntervalInBackground: true,
    refetchOnWindowFocus: false,
    retry: false,
    gcTime: 0,
  })
  const isIn = look.data?.state === 'signed_in'
  useEffect(() => {
    if (isIn) void onSignedIn()
  }, [isIn, onSignedIn])

  const begin = async (flow: Flow) => {
    setBusy(flow)
    setError(null)
    try {
      const made = await post<Made>('/session/wallet', { flow, to })
      setBegun({ ...made, flow })
      if (flow === 'same_device') window.location.assign(made.link)
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(null)
    }
  }
  const stop = () => {
    setBegun(null)
    setError(null)
  }

  const failed = error ?? look.error
  if (code !== undefined && failed === null)
    return (
      <Text size="sm" role="status">
        {say('arrived')}
      </Text>
    )
  if (!begun || failed !== null)
    return (
      <Stack gap="sm">
        {failed !== null && <Failure error={failed} />}
        <Button
          size="md"
          variant="default"
          className="wraps"
          loading={busy !== null}
          onClick={() => begin('cross_device')}
        >
          {say('wallet')}
        </Button>
      </Stack>
    )
  const { verifier, qr_svg: svg } = begun
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label={say('scan')}>
      <Stack gap="sm">
        <Title order={2} size="h4">
          {say('scan')}
        </Title>
        <Text size="sm" className="breakable">
          {say('how', { verifier })}
        </Text>
        <QrCode svg={svg} alt={say('qr')} />
        <Text size="sm" fw={600} className="breakable">
          {say('compare', { verifier, host: window.location.host })}
        </Text>
        <Group gap="xs" role="status">
          <Loader size="xs" aria-hidden />
          <Text size="sm">
            {say(isIn ? 'arrived' : begun.flow === 'same_device' ? 'in_wallet' : 'waiting')}
          </Text>
        </Group>
        <Group gap="xs">
          <Button
            variant="default"
            className="wraps"
            loading={busy === 'same_device'}
            onClick={() => begin('same_device')}
          >
            {say('here')}
          </Button>
          <Button variant="subtle" onClick={stop}>
            {shared('cancel')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  )
}
