// Package natsd runs the NATS server inside this process: JetStream on a
// folder of one's own, every acknowledged write on disk.
//
// It takes a Config and a logger, and gives a Server whose Run blocks until
// its context ends; the other parts reach it through Connect.
//
// Invariants:
//
//  1. An acknowledged write survives the death of the process and a power
//     cut: the server syncs before it answers (natslog's TestKilledProcess).
//  2. The running service cannot destroy the ledger. RoleApp may not update,
//     delete, purge or restore a protected stream, whatever the code above
//     asks for; only RoleBoot, used while starting, may (TestAppCannotDestroy).
//  3. One folder, one server: a second one is refused (TestFolderIsLocked).
//  4. No port is open unless Config.Listen says so (TestNoPortByDefault).
//  5. Trouble with the folder or the port is an error of Run, never the end
//     of the process (TestUnusableFolder, TestPortTaken).
//
// Run owns every goroutine; when it returns the store is closed and the folder
// is free. The package never creates streams and never reads messages.
package natsd
