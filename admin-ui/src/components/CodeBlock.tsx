// Text to take away: a command, a key, a fingerprint.
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';

import { IconButton } from './Button';
import css from './CodeBlock.module.css';
import { componentTexts } from './texts';

export function CopyButton({ text, label = componentTexts.copy }: { text: string; label?: string }) {
    const [copied, setCopied] = useState(false);
    useEffect(() => {
        if (!copied) return;
        const timer = setTimeout(() => setCopied(false), 2000);
        return () => clearTimeout(timer);
    }, [copied]);
    return (
        <IconButton
            icon={copied ? Check : Copy}
            label={copied ? componentTexts.copied : label}
            size="small"
            onClick={() => {
                void navigator.clipboard?.writeText(text).then(() => setCopied(true), () => undefined);
            }}
        />
    );
}

export function CodeBlock({ children, label }: { children: string; label: string }) {
    return (
        <div className={css.block}>
            <pre tabIndex={0} role="region" aria-label={label}>{children}</pre>
            <CopyButton text={children} label={`${componentTexts.copy}: ${label}`} />
        </div>
    );
}
