import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { within } from '../../inside'

export const sharingRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/sharing',
    component: lazyRouteComponent(() => import('./statements')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/sharing/lists',
    component: lazyRouteComponent(() => import('./lists')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/sharing/figures',
    component: lazyRouteComponent(() => import('./figures')),
  }),
] as const
