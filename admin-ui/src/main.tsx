import '@fontsource-variable/inter/wght.css';
import './tokens.css';
import './base.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './App';
import { apply } from './shell/preferences';

apply();
const root = document.getElementById('root');
if (root) createRoot(root).render(<StrictMode><App /></StrictMode>);
