/// The program: everything is in `CommandLineInterface`.
import CommandLineInterface

@main
struct Main {
    static func main() async { await DossierCommand.run() }
}
