// The planner alone, without the server and its libraries.
#include "server/cli/plan/plan.hpp"

int main(int argc, char** argv) {
    CLI::App app("Plans technicians' days on files", "callout_plan");
    std::function<int()> run;
    callout::cli::add_plan_commands(app, run);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    return run();
}
