// callout import tickets|customers|assets|organisation|users FILE
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>

#include "server/cli/command.hpp"
#include "server/cli/database_access.hpp"
#include "server/cli/settings.hpp"
#include "server/import/formats.hpp"
#include "server/import/run.hpp"
#include "server/import/sf311.hpp"
#include "server/storage/audit.hpp"
#include "server/storage/tickets.hpp"

namespace callout::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct Wanted {
    std::string what;
    std::string file;
    std::string format;
    std::string encoding;
    std::string rejects;
    std::string passwords;
};

// On a terminal a bar that is drawn over itself; in a log a line now and then.
class ProgressLine {
public:
    void show(const import::Progress& progress) {
        const bool done = progress.bytes_read == progress.bytes_in_file;
        const auto pause = on_terminal_ ? std::chrono::milliseconds{100} : std::chrono::milliseconds{5000};
        if (Clock::now() - shown_at_ < pause && !(on_terminal_ && done)) return;
        shown_at_ = Clock::now();
        const auto share =
            progress.bytes_in_file == 0 ? 1.0 : double(progress.bytes_read) / double(progress.bytes_in_file);
        const auto rows = progress.so_far.rows_read;
        if (!on_terminal_) {
            fmt::print(stderr, "{:3.0f} % of the file, {} rows\n", share * 100, rows);
            return;
        }
        constexpr int width = 40;
        const auto filled = static_cast<int>(share * width);
        fmt::print(stderr, "\r[{:=>{}}{: >{}}] {:3.0f} %  {} rows", "", filled, "", width - filled, share * 100, rows);
        drawn_ = true;
    }

    ~ProgressLine() {
        if (drawn_) fmt::print(stderr, "\n");
    }

private:
    const bool on_terminal_ = ::isatty(STDERR_FILENO) == 1;
    bool drawn_ = false;
    Clock::time_point shown_at_ = Clock::now();
};

std::unique_ptr<import::Importer> importer_for(const Wanted& wanted, const config::Config& config,
                                               storage::TicketIds& ticket_ids) {
    if (wanted.what == "tickets") return std::make_unique<import::Sf311Importer>(ticket_ids);
    if (wanted.what == "customers") return import::customers_importer(config.region.phone);
    if (wanted.what == "assets") return import::assets_importer();
    if (wanted.what == "organisation") return import::organisation_importer(config.region.phone);
    return import::users_importer(config.region.phone, auth_settings(config.security).password_cost, wanted.passwords);
}

void write_audit(storage::Database& database, const Wanted& wanted, const import::Summary& summary) {
    database.transaction([&](storage::Connection& db) {
        storage::write_audit(db, {.recorded_at = now(),
                                  .login = "command line",
                                  .action = "import.finished",
                                  .details = {{"what", wanted.what},
                                              {"rows_read", summary.rows_read},
                                              {"imported", summary.imported},
                                              {"unchanged", summary.unchanged},
                                              {"rejected", summary.rejected}}});
    });
}

import::RunOptions options_for(const Wanted& wanted, ProgressLine& line){
    import::RunOptions options{.file = wanted.file, .rejects = wanted.rejects};
if (options.rejects.empty()) options.rejects = options.file.filename().string() + ".rejects.csv";
if (!wanted.encoding.empty()) options.encoding = parse<import::Encoding>(wanted.encoding);
options.on_progress = [&line](const import::Progress& progress) { line.show(progress); };
return options;
}  // namespace

int run_import(const Invocation& invocation, const Wanted& wanted) {
    const auto loaded = configure(invocation);
    if (!loaded) return loaded.error();
    auto access = DatabaseAccess::open(loaded->config, DatabaseAccess::Beside::allowed);
    if (!access) return access.error();
    storage::TicketIds ticket_ids{access->database()};
    const auto importer = importer_for(wanted, loaded->config, ticket_ids);

    const auto started_at = Clock::now();
    tl::expected<import::Summary, import::RunError> summary;
    std::filesystem::path rejects;
    {
        ProgressLine line;
        const auto options = options_for(wanted, line);
        rejects = options.rejects;
        summary = import::run(access->database(), *importer, options);
    }
    if (!summary) return fail(failed, summary.error().message);
    write_audit(access->database(), wanted, *summary);
    const std::chrono::duration<double> taken = Clock::now() - started_at;
    fmt::print("{} rows read in {:.1f} s: {} imported, {} unchanged, {} rejected\n", summary->rows_read, taken.count(),
               summary->imported, summary->unchanged, summary->rejected);
    if (summary->rejected == 0) return ok;
    fmt::print("The rejected rows, each with its reason, are in {}\n", rejects.string());
    return partly;
}

CLI::App* add_kind(CLI::App& command, Invocation& invocation, const std::shared_ptr<Wanted>& wanted,
                   const std::string& what, const std::string& description) {
    auto* kind = command.add_subcommand(what, description);
    kind->add_option("FILE", wanted->file, "CSV file with a header row, UTF-8 or GB18030")
        ->required()
        ->check(CLI::ExistingFile);
    kind->add_option("--encoding", wanted->encoding, "Found out when left away")
        ->check(CLI::IsMember({"utf-8", "gb18030"}));
    kind->add_option("--rejects", wanted->rejects, "Where rejected rows go; FILE.rejects.csv when left away");
    kind->callback([&invocation, wanted, what] {
        wanted->what = what;
        invocation.run = [&invocation, wanted] { return run_import(invocation, *wanted); };
    });
    return kind;
}

}  // namespace callout::cli

void add_import(CLI::App& app, Invocation& invocation) {
    auto* command = app.add_subcommand("import", "Bring CSV files in; may be stopped and repeated at any time");
    command->require_subcommand(1);
    command->footer("Exit code 4: some rows were rejected, the others are in. docs/import.md describes the columns.");
    const auto wanted = std::make_shared<Wanted>();
    add_kind(*command, invocation, wanted, "organisation", "Offices, dealers, substations; parents before children");
    auto* users = add_kind(*command, invocation, wanted, "users", "Accounts with random first passwords");
    users->add_option("--passwords", wanted->passwords, "File the first passwords are appended to (login,password)")
        ->required();
    add_kind(*command, invocation, wanted, "customers", "Customers with phones and a contact");
    add_kind(*command, invocation, wanted, "assets", "Machines of customers that are there");
    auto* tickets = add_kind(*command, invocation, wanted, "tickets", "Tickets of another system, with their dates");
    tickets->add_option("--format", wanted->format, "sf311: requests to San Francisco's 311")
        ->required()
        ->check(CLI::IsMember({"sf311"}));
}

}  // namespace callout::cli
