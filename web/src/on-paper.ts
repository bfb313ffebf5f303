import { useEffect } from 'react'

/** Paper is light: what is dark on the screen is printed as by light. */
export function useLightOnPaper(): void {
  useEffect(() => {
    const { dataset } = document.documentElement
    let onScreen: string | undefined
    const before = () => {
      onScreen = dataset.mantineColorScheme
      dataset.mantineColorScheme = 'light'
    }
    const after = () => {
      if (onScreen !== undefined) dataset.mantineColorScheme = onScreen
    }
    window.addEventListener('beforeprint', before)
    window.addEventListener('afterprint', after)
    return () => {
      window.removeEventListener('beforeprint', before)
      window.removeEventListener('afterprint', after)
    }
  }, [])
}
