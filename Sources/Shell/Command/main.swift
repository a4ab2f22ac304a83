import TLShell

Program.main()
