import { useEffect, useState } from 'react'
import { flushSync } from 'react-dom'

/** Tells when the page goes on paper, and when it is on the screen alone again. @returns ends it */
function watchPaper(change: (isOnPaper: boolean) => void): () => void {
  const before = () => change(true)
  const after = () => change(false)
  window.addEventListener('beforeprint', before)
  window.addEventListener('afterprint', after)
  return () => {
    window.removeEventListener('beforeprint', before)
    window.removeEventListener('afterprint', after)
  }
}

/** Whether the page is being printed; what follows from it is drawn before it is. */
export function useOnPaper(): boolean {
  const [isOnPaper, setOnPaper] = useState(false)
  useEffect(() => watchPaper((is) => (is ? flushSync(() => setOnPaper(true)) : setOnPaper(false))), [])
  return isOnPaper
}

/** Paper is light: what is dark on the screen is printed as by light. */
export function useLightOnPaper(): void {
  useEffect(() => {
    const { dataset } = document.documentElement
    let onScreen: string | undefined
    return watchPaper((isOnPaper) => {
      if (isOnPaper) {
        onScreen = dataset.mantineColorScheme
        dataset.mantineColorScheme = 'light'
      } else if (onScreen !== undefined) dataset.mantineColorScheme = onScreen
    })
  }, [])
}
