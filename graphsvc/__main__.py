from graphsvc.cli.app import main

main()
