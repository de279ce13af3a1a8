// The planner alone, without the server and its libraries.
#include "server/cli/plan/plan.hpp"

int main(int argc, char** argv) {
    CLI::App app("Plans technicians' days on files", "callout_plan");
    int status = 0;
    callout::cli::add_plan_commands(app, status);
    CLI11_PARSE(app, argc, argv);
    return status;
}
