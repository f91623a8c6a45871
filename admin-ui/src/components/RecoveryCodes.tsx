// Codes that are shown once: read, copied or kept as a file before one goes on.
import { Download } from 'lucide-react';

import { Button } from './Button';
import { CopyButton } from './CodeBlock';
import css from './RecoveryCodes.module.css';
import { componentTexts } from './texts';

export function RecoveryCodes({ codes, fileName }: { codes: readonly string[]; fileName: string }) {
    const text = codes.join('\n');
    return (
        <div className={css.box}>
            <ul className={css.codes}>
                {codes.map((code) => <li key={code}><code>{code}</code></li>)}
            </ul>
            <div className={css.actions}>
                <CopyButton text={text} />
                <Button size="small" icon={Download} onClick={() => save(`${text}\n`, fileName)}>{componentTexts.saveAsFile}</Button>
            </div>
        </div>
    );
}

function save(text: string, name: string): void {
    const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
}
