#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "dispatch/rfc3339.hpp"
#include "server/import/formats.hpp"
#include "server/import/run.hpp"
#include "server/import/sf311.hpp"
#include "server/storage/customers.hpp"
#include "tests/support/desk_test.hpp"
#include "tests/support/temporary_directory.hpp"

namespace callout {
namespace {

using import::Summary;
using test::Desk;
using testing::HasSubstr;

constexpr std::string_view sf311_header =
    "unique_key,created_date,closed_date,status,status_notes,agency_name,category,complaint_type,descriptor,"
    "incident_address,neighborhood,source,latitude,longitude\n";

class Import : public test::DeskTest {
protected:
    void SetUp() override { desk_->start_over(); }

    Summary bring_in(import::Importer& importer, const std::string& text) {
        std::ofstream{directory_.path() / "file.csv", std::ios::binary} << text;
        return bring_in_file(importer, directory_.path() / "file.csv");
    }

    Summary bring_in_file(import::Importer& importer, const std::filesystem::path& file) {
        const auto summary =
            import::run(desk_->pool(), importer, {.file = file, .rejects = directory_.path() / "rejects.csv"});
        EXPECT_TRUE(summary) << (summary ? "" : summary.error().message);
        if (!summary) return {};
        EXPECT_EQ(summary->rows_read, summary->imported + summary->unchanged + summary->rejected);
        return *summary;
    }

    std::string rejects() const {
        std::ifstream file{directory_.path() / "rejects.csv"};
        return {std::istreambuf_iterator<char>{file}, {}};
    }

    static std::int64_t count(const std::string& sql) {
        return desk_->connect().query(sql).front().get<std::int64_t>(0);
    }

    std::filesystem::path path(const std::string& name) const { return directory_.path() / name; }

    test::TemporaryDirectory directory_;
};

class Sf311 : public Import {
protected:
    Summary requests(const std::string& rows) {
        import::Sf311Importer importer{ticket_ids_};
        return bring_in(importer, std::string{sf311_header} + rows);
    }

    // Of this test alone: a block of ids from before the database was emptied would be handed out twice.
    storage::TicketIds ticket_ids_{desk_->pool()};
};

TEST_F(Sf311, RequestsBecomeTicketsWithTheirOwnDates) {
    const auto summary = requests(
        "1,2016-07-13 15:11:07+00:00,2016-07-14 12:13:22+00:00,Closed,Done.,PUC Sewer Ops,Sewer Issues,Odor,Drain,"
        "1 MAIN ST,Mission,Web,37.77483,-122.4185\n"
        "2,2017-01-01 00:00:00+00:00,,Open,,MTA,MUNI Feedback,,,Not associated with a specific "
        "address,,Phone,0.0,0.0\n");
    EXPECT_EQ(summary.imported, 2U);
    auto db = desk_->connect();
    const auto closed = db.query(
        "SELECT t.*, c.name AS customer_name, u.name AS dealer_name, f.name AS fault_name FROM ticket t JOIN customer "
        "c "
        "ON c.id = t.customer_id JOIN organisation_unit u ON u.id = t.dealer_unit_id JOIN fault f ON f.id = t.fault_id "
        "WHERE t.external_key = 'sf311:1'");
    ASSERT_EQ(closed.size(), 1U);
    EXPECT_EQ(closed[0].get<std::string>("state"), "closed");
    EXPECT_EQ(to_rfc3339(closed[0].get<Instant>("opened_at")), "2016-07-13T15:11:07.000Z");
    EXPECT_EQ(to_rfc3339(closed[0].get<Instant>("ended_at")), "2016-07-14T12:13:22.000Z");
    EXPECT_EQ(closed[0].get<std::string>("channel"), "web");
    EXPECT_EQ(closed[0].get<std::string>("customer_name"), "1 MAIN ST");
    EXPECT_EQ(closed[0].get<std::string>("dealer_name"), "PUC Sewer Ops");
    EXPECT_EQ(closed[0].get<std::string>("fault_name"), "Odor");
    EXPECT_NEAR(closed[0].get<double>("latitude"), 37.77483, 1e-9);
    const auto open = db.query("SELECT * FROM ticket WHERE external_key = 'sf311:2'");
    EXPECT_EQ(open[0].get<std::string>("state"), "open");
    EXPECT_EQ(open[0].get<std::string>("kind"), "complaint");
    EXPECT_TRUE(open[0].is_null("latitude"));
    EXPECT_TRUE(open[0].is_null("dealer_unit_id"));
    EXPECT_EQ(count("SELECT COUNT(*) FROM event WHERE source = 'import'"), 3);
    EXPECT_EQ(count("SELECT COUNT(*) FROM event WHERE kind = 'ticket.closed' AND happened_at = '2016-07-14 12:13:22'"),
              1);
}

TEST_F(Sf311, RowsThatCannotBeReadAreRejectedWithRowColumnAndReason) {
    const auto summary = requests(
        "1,never,2016-07-14 12:13:22+00:00,Closed,,A,C,,,,,Web,0,0\n"
        "2,2016-07-13 15:11:07+00:00,,Closed,,A,C,,,,,Web,0,0\n"
        "3,2016-07-13 15:11:07+00:00,,Pending,,A,C,,,,,Web,0,0\n"
        "4,2016-07-13 15:11:07+00:00,,Open,,A,C,,,,,Web,abc,0\n"
        "5,2016-07-13 15:11:07+00:00,,Open,,A,C\n"
        "6,2016-07-13 15:11:07+00:00,,Open,\"" +
        std::string(100'000, 'x') +
        "\",A,C,,,,,Web,0,0\n"
        "7,2016-07-13 15:11:07+00:00,,Open,\xFF,A,C,,,,,Web,0,0\n"
        "=8,2016-07-13 15:11:07+00:00,,Open,,,C,,,,,Web,0,0\n"
        "9,2016-07-13 15:11:07+00:00,,Open,,A,C,,,,,Web,0,0\n");
    EXPECT_EQ(summary.rows_read, 9U);
    EXPECT_EQ(summary.imported, 1U);
    EXPECT_EQ(summary.rejected, 8U);
    for (const auto* line :
         {"row,line,column,reason,text", "2,2,\"created_date\",not_a_time,", "3,3,\"closed_date\",required,",
          "4,4,\"status\",unknown_value,", "5,5,\"latitude\",not_a_number,", "6,6,\"\",too_few_columns,",
          "7,7,\"status_notes\",csv_field_too_long,", "8,8,\"status_notes\",broken_encoding,",
          "9,9,\"agency_name\",required,\"'=8,"})
        EXPECT_THAT(rejects(), HasSubstr(line));
}

TEST_F(Sf311, RequestClosedBeforeItWasMadeClosesWhenItWasMade) {
    requests("1,2016-07-13 15:00:00+00:00,2016-07-13 09:00:00+00:00,Closed,,A,C,,,,,Web,0,0\n");
    EXPECT_EQ(count("SELECT COUNT(*) FROM ticket WHERE ended_at = opened_at"), 1);
    EXPECT_EQ(count("SELECT COUNT(*) FROM event WHERE attributes LIKE '%closed_at_in_file%2016-07-13T09:00%'"), 1);
}

TEST_F(Sf311, TwiceChangesNothingAlsoWithinOneFile) {
    const std::string row = "1,2016-07-13 15:00:00+00:00,,Open,,A,C,,,,,Web,0,0\n";
    EXPECT_EQ(requests(row + row).unchanged, 1U);
    const auto again = requests(row);
    EXPECT_EQ(again.unchanged, 1U);
    EXPECT_EQ(again.imported, 0U);
    EXPECT_EQ(count("SELECT COUNT(*) FROM ticket"), 1);
    EXPECT_EQ(count("SELECT COUNT(*) FROM event"), 1);
}

TEST_F(Sf311, AnotherRowOfAKeyInOneFileIsRejected) {
    const std::string row = "1,2016-07-13 15:00:00+00:00,,Open,,A,C,,,,,Web,0,0\n";
    const std::string other = "1,2016-07-13 15:00:00+00:00,,Open,,B,C,,,,,Web,0,0\n";
    const auto summary = requests(row + other);
    EXPECT_EQ(summary.imported, 1U);
    EXPECT_EQ(summary.rejected, 1U);
    EXPECT_EQ(requests(row + other).unchanged, 1U);
}

TEST_F(Sf311, TenThousandRealRequestsAreIn) {
    const std::filesystem::path file = std::filesystem::path{SOURCE_DIR} / "../shared/data/sf311.csv";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "skipped: ../shared/data/sf311.csv is not there";
    import::Sf311Importer importer{ticket_ids_};
    const auto summary = bring_in_file(importer, file);
    EXPECT_EQ(summary.rows_read, 10'000U);
    EXPECT_EQ(summary.imported, 10'000U);
    EXPECT_EQ(count("SELECT COUNT(*) FROM ticket WHERE state = 'closed'"), 9630);
    EXPECT_EQ(count("SELECT COUNT(*) FROM ticket WHERE latitude IS NOT NULL"), 5736);
    EXPECT_EQ(count("SELECT COUNT(*) FROM organisation_unit WHERE kind = 'dealer'"), 200);
    EXPECT_EQ(bring_in_file(importer, file).unchanged, 10'000U);
    EXPECT_EQ(count("SELECT COUNT(*) FROM event"), 19'630);
}

TEST_F(Import, FileWhoseHeaderNamesAColumnTwiceIsRefusedBeforeAnythingIsIn) {
    std::ofstream{path("twice.csv"), std::ios::binary} << "external_key,name,name\nk1,李雷,韩梅梅\n";
    const auto importer = import::customers_importer("CN");
    const auto summary = import::run(desk_->pool(), *importer, {.file = path("twice.csv"), .rejects = path("r.csv")});
    ASSERT_FALSE(summary);
    EXPECT_THAT(summary.error().message, HasSubstr("column name twice"));
    EXPECT_EQ(count("SELECT COUNT(*) FROM customer"), 0);
}

TEST_F(Import, CustomersComeInGb18030AsInUtf8) {
    const auto importer = import::customers_importer("CN");
    // external_key,name,phones / k1,李雷,13912345678
    const std::string gb =
        "external_key,name,phones,contact_name,contact_phones,tags\nk1,\xC0\xEE\xC0\xD7,13912345678,"
        "\xBA\xAB\xC3\xB7\xC3\xB7,"
        "010-88886666,b;a\n";
    EXPECT_EQ(bring_in(*importer, gb).imported, 1U);
    auto db = desk_->connect();
    const auto customer = storage::find_customer(db, 1).value();
    db.rollback();
    EXPECT_EQ(customer.name, "李雷");
    EXPECT_EQ(customer.phones.at(0).number, "+8613912345678");
    EXPECT_EQ(customer.contacts.at(0).name, "韩梅梅");
    EXPECT_EQ(customer.tags.at(0), "a");
    const std::string utf8 =
        "\xEF\xBB\xBF"
        "external_key,name,phones,contact_name,contact_phones,tags\r\nk1,李雷,13912345678,韩梅梅,01088886666,a;b\r\n";
    EXPECT_EQ(bring_in(*importer, utf8).unchanged, 1U);
    EXPECT_EQ(bring_in(*importer, "external_key,name,tier\nk1,李雷,gold\n").imported, 1U);
    EXPECT_EQ(count("SELECT version FROM customer"), 2);
}

TEST_F(Import, WhatAFileDoesNotSayIsMissingAndNamed) {
    std::ofstream{path("wrong.csv")} << "name,phones\n李雷,1\n";
    const auto importer = import::customers_importer("CN");
    const auto summary =
        import::run(desk_->pool(), *importer, {.file = path("wrong.csv"), .rejects = path("rejects.csv")});
    ASSERT_FALSE(summary);
    EXPECT_THAT(summary.error().message, HasSubstr("external_key"));
    EXPECT_FALSE(import::run(desk_->pool(), *importer, {.file = path("none.csv"), .rejects = path("r")}));
    std::ofstream{path("empty.csv")} << "";
    EXPECT_FALSE(import::run(desk_->pool(), *importer, {.file = path("empty.csv"), .rejects = path("r")}));
}

TEST_F(Import, AnOrganisationItsPeopleItsCustomersAndTheirMachines) {
    const auto organisation = import::organisation_importer("CN");
    const std::string units =
        "code,name,kind,parent_code,phone,longitude,latitude\n"
        "N,华北办事处,office,HQ,,116.4,39.9\nJN,济南服务站,dealer,N,0531-88886666,117,36.7\n"
        "X,无上级,dealer,nowhere,,,\nY,错误,office,JN,,,\n";
    auto summary = bring_in(*organisation, units);
    EXPECT_EQ(summary.imported, 2U);
    EXPECT_EQ(summary.rejected, 2U);
    EXPECT_THAT(rejects(), HasSubstr("4,4,\"parent_code\",not_found"));
    EXPECT_THAT(rejects(), HasSubstr("5,5,\"parent_code\",kind_not_below_parent"));
    EXPECT_EQ(bring_in(*organisation, units).unchanged, 2U);

    const std::string people =
        "login,name,unit_code,roles,extension\nwang.wu,王五,JN,technician,\nli.si,李四,JN,agent,\nUpper,x,JN,dealer,\n";
    {
        const auto users = import::users_importer("CN", Desk::cheap_settings().password_cost, path("passwords"));
        summary = bring_in(*users, people);
        EXPECT_EQ(summary.imported, 1U);
        EXPECT_EQ(summary.rejected, 2U);
        EXPECT_EQ(bring_in(*users, people).unchanged, 1U);
    }
    EXPECT_EQ(std::filesystem::status(path("passwords")).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    std::ifstream passwords{path("passwords")};
    std::string line;
    std::getline(passwords, line);
    ASSERT_TRUE(line.starts_with("wang.wu,"));
    const auto signed_in =
        desk_->send("POST", "/session", nullptr, {{"login", "wang.wu"}, {"password", line.substr(8)}});
    EXPECT_EQ(signed_in.status, 200);

    bring_in(*import::customers_importer("CN"), "external_key,name\nk1,李雷\nk2,韩梅梅\n");
    const auto assets = import::assets_importer();
    const std::string machines =
        "serial_number,product_code,product_name,customer_key,sold_on,meter_hours,meter_read_at\n"
        "SN1,WP10,WP10 发动机,k1,2025-01-01,100,2025-06-01T00:00:00Z\nSN2,WP10,,k9,,,\nSN3,NONE,,k1,,,\n";
    summary = bring_in(*assets, machines);
    EXPECT_EQ(summary.imported, 1U);
    EXPECT_EQ(summary.rejected, 2U);
    EXPECT_EQ(bring_in(*assets, machines).unchanged, 1U);
    EXPECT_EQ(count("SELECT COUNT(*) FROM meter_reading"), 1);
    EXPECT_EQ(bring_in(*assets, "serial_number,product_code,customer_key,sold_on\nSN1,WP10,k2,2025-01-01\n").imported,
              1U);
    EXPECT_EQ(count("SELECT COUNT(*) FROM asset_owner"), 2);
}

TEST_F(Sf311, RequestsWhoseKeysDifferInCaseAloneAreTwo) {
    const std::string rows =
        "a1,2017-01-01 00:00:00+00:00,,Open,,MTA,Graffiti,,,1 MAIN ST,,Phone,,\n"
        "A1,2017-01-01 00:00:00+00:00,,Open,,mta,graffiti,,,1 Main St,,Phone,,\n";
    EXPECT_EQ(requests(rows).imported, 2U);
    EXPECT_EQ(requests(rows).unchanged, 2U);
    EXPECT_EQ(count("SELECT COUNT(*) FROM organisation_unit WHERE kind = 'dealer'"), 2);
    EXPECT_EQ(count("SELECT COUNT(*) FROM fault"), 2);
    // An address is one place, however it is written.
    EXPECT_EQ(count("SELECT COUNT(*) FROM customer"), 1);
}

TEST_F(Import, KeysThatDifferInCaseOrAccentAloneAreTwo) {
    const auto organisation = import::organisation_importer("CN");
    const std::string units =
        "code,name,kind,parent_code\nN,华北办事处,office,HQ\nn,华南办事处,office,HQ\nñ,济南服务站,dealer,n\n";
    EXPECT_EQ(bring_in(*organisation, units).imported, 3U);
    EXPECT_EQ(bring_in(*organisation, units).unchanged, 3U);
    EXPECT_EQ(count("SELECT COUNT(*) FROM organisation_unit d JOIN organisation_unit o ON o.id = d.parent_id"
                    " WHERE d.name = '济南服务站' AND o.name = '华南办事处'"),
              1);

    const auto customers = import::customers_importer("CN");
    const std::string people = "external_key,name\ncafe,甲\ncafé,乙\nCAFE,丙\n";
    EXPECT_EQ(bring_in(*customers, people).imported, 3U);
    EXPECT_EQ(bring_in(*customers, people).unchanged, 3U);

    const auto assets = import::assets_importer();
    const std::string machines =
        "serial_number,product_code,product_name,customer_key\n"
        "sn1,wp10,WP10 旧,cafe\nSN1,WP10,WP10 新,café\n";
    EXPECT_EQ(bring_in(*assets, machines).imported, 2U);
    EXPECT_EQ(bring_in(*assets, machines).unchanged, 2U);
    EXPECT_EQ(count("SELECT COUNT(*) FROM asset a JOIN product p ON p.id = a.product_id"
                    " JOIN customer c ON c.id = a.customer_id"
                    " WHERE (a.serial_number, p.name, c.name) IN (('sn1', 'WP10 旧', '甲'), ('SN1', 'WP10 新', '乙'))"),
              2);
}

// Who reads a key out on the telephone does not say its case, and who types one means the thing that is there.
TEST_F(Import, KeysAreReadByPeopleWhateverTheirCase) {
    const auto agent = desk_->add_person("agent", {dispatch::Role::agent});
    const auto administrator = desk_->add_person("administrator", {dispatch::Role::administrator});
    const auto found = [&](std::string_view path) {
        return desk_->send("GET", path, &administrator).body.at("items").as_array().size();
    };
    bring_in(*import::organisation_importer("CN"), "code,name,kind,parent_code\nNorth,华北办事处,office,HQ\n");
    bring_in(*import::customers_importer("CN"), "external_key,name\nk1,李雷\n");
    bring_in(*import::assets_importer(),
             "serial_number,product_code,product_name,customer_key\nsn1,wp10,柴油机,k1\nSN1,WP10,柴油机,k1\n");
    EXPECT_EQ(found("/assets?serial_number=sN"), 2U);
    EXPECT_EQ(found("/products?q=Wp"), 2U);
    EXPECT_EQ(found("/organisation?q=nORTH"), 1U);

    const auto typed = desk_->send("POST", "/products", &administrator, {{"code", "Wp10"}, {"name", "柴油机"}});
    EXPECT_EQ(typed.field_errors(), "/code taken");
    const auto kept = desk_->send_with_version("PATCH", "/assets/1", agent, {{"serial_number", "sn1"}}, 1);
    EXPECT_EQ(kept.status, 200) << kept.response.body;
    const auto mistyped = desk_->send_with_version("PATCH", "/assets/1", agent, {{"serial_number", "Sn1"}}, 2);
    EXPECT_EQ(mistyped.field_errors(), "/serial_number taken");
}

TEST_F(Import, ARowTheDatabaseRefusesCostsNobodyElse) {
    // A rule that only the database knows.
    desk_->connect().execute_text("ALTER TABLE customer ADD CONSTRAINT not_b CHECK (name <> '乙')");
    const auto importer = import::customers_importer("CN");
    const auto summary = bring_in(*importer, "external_key,name\nk1,甲\nk2,乙\nk3,丙\n");
    desk_->connect().execute_text("ALTER TABLE customer DROP CONSTRAINT not_b");
    EXPECT_EQ(summary.imported, 2U);
    EXPECT_EQ(summary.rejected, 1U);
    // The number is the database's own.
    const auto version = desk_->connect().query("SELECT VERSION()").front().get<std::string>(0);
    const bool mariadb = version.find("MariaDB") != std::string::npos;
    EXPECT_THAT(rejects(), HasSubstr(mariadb ? "database_error_4025" : "database_error_3819"));
}

}  // namespace
}  // namespace callout
