/** The scripts that make shells ask the tool what may stand at the cursor. */
import type { Shell } from './options.ts';

export function shellScript(shell: Shell): string {
  return scripts[shell];
}

const program = 'alpine-resolver';

const bash = `# bash completion of ${program}
_alpine_resolver() {
  local IFS=$'\\n' line
  local -a lines
  COMPREPLY=()
  mapfile -t lines < <("\${COMP_WORDS[0]}" __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  for line in "\${lines[@]}"; do
    case $line in
      :0) compopt -o default ;;
      :2) compopt -o default -o nospace ;;
      :6) compopt -o nospace ;;
      :*) ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done
}
complete -F _alpine_resolver ${program}
`;

const zsh = `#compdef ${program}
_alpine_resolver() {
  local line
  local -a lines found end
  lines=("\${(@f)$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${lines[@]}"; do
    case $line in
      :0) _files ;;
      :2) _files; end=(-S '') ;;
      :6) end=(-S '') ;;
      :*) ;;
      *$'\\t'*) found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
      ?*) found+=("\${line//:/\\\\:}") ;;
    esac
  done
  (( \${#found} )) && _describe -V ${program} found "\${end[@]}"
}
(( \${+functions[compdef]} )) && compdef _alpine_resolver ${program}
`;

const fish = `# fish completion of ${program}
function __alpine_resolver_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  for line in ($words[1] __complete $words[2..] "$current" 2>/dev/null)
    switch $line
      case ':0' ':2'
        __fish_complete_path "$current"
      case ':*'
      case '*'
        echo $line
    end
  end
end
complete -c ${program} -f -a '(__alpine_resolver_complete)'
`;

const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
