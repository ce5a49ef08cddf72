// Command helm is Helm alone, for tests on a machine where the multi-call
// binary was not built: it compiles in a fraction of the time.
package main

import "todo.example/lab/kube/helmcli"

func main() { helmcli.Main() }
