-- Tables of a release. Generated from pipelines/contracts; change it there.

CREATE TABLE dim_year (
  year_key INTEGER NOT NULL,
  label VARCHAR NOT NULL,
  form_in_force VARCHAR,
  form_source VARCHAR,
  period_start DATE,
  period_end DATE,
  department_deadline DATE,
  government_deadline DATE,
  PRIMARY KEY (year_key)
);
COMMENT ON TABLE dim_year IS '年度. One row per report year; year 0 holds the reports whose year cannot be read.';
COMMENT ON COLUMN dim_year.year_key IS '报告年度. Report year, 0 where unreadable.';
COMMENT ON COLUMN dim_year.label IS '年度名称. Year as shown to readers.';
COMMENT ON COLUMN dim_year.form_in_force IS '适用格式. Form in force for the year.';
COMMENT ON COLUMN dim_year.form_source IS '格式依据. Notice that prescribes the form.';
COMMENT ON COLUMN dim_year.period_start IS '统计起始日. First day of the statistics period.';
COMMENT ON COLUMN dim_year.period_end IS '统计截止日. Last day of the statistics period.';
COMMENT ON COLUMN dim_year.department_deadline IS '部门公布期限. Legal deadline of departments: 31 January; 31 March for the years to 2018.';
COMMENT ON COLUMN dim_year.government_deadline IS '政府公布期限. Legal deadline of governments (31 March).';

CREATE TABLE raw_file (
  file_sha256 VARCHAR NOT NULL,
  size_bytes BIGINT NOT NULL,
  media_type VARCHAR,
  encoding VARCHAR,
  outcome VARCHAR NOT NULL,
  reason VARCHAR,
  detail VARCHAR,
  detail_zh VARCHAR,
  reports INTEGER NOT NULL,
  PRIMARY KEY (file_sha256)
);
COMMENT ON TABLE raw_file IS '原始文件. One row per content; the same bytes at several locations are one file.';
COMMENT ON COLUMN raw_file.file_sha256 IS '文件校验值. sha256 of the content.';
COMMENT ON COLUMN raw_file.size_bytes IS '字节数. Size in bytes.';
COMMENT ON COLUMN raw_file.media_type IS '文件类型. Media type by content.';
COMMENT ON COLUMN raw_file.encoding IS '编码. Encoding the text was read in.';
COMMENT ON COLUMN raw_file.outcome IS '处理结果. parsed, quarantined or not_a_report.';
COMMENT ON COLUMN raw_file.reason IS '原因. Stable code of the reason.';
COMMENT ON COLUMN raw_file.detail IS '详情. What was seen, what was expected, what to do; in English.';
COMMENT ON COLUMN raw_file.detail_zh IS '中文详情. The same in Chinese.';
COMMENT ON COLUMN raw_file.reports IS '报告数. Reports read from the file.';

CREATE TABLE raw_file_location (
  location VARCHAR NOT NULL,
  file_sha256 VARCHAR,
  folder_year INTEGER,
  outcome VARCHAR NOT NULL,
  reason VARCHAR,
  detail VARCHAR,
  detail_zh VARCHAR,
  fetched_at TIMESTAMP WITH TIME ZONE,
  source_id VARCHAR,
  parent_location VARCHAR,
  published_on DATE,
  is_latest BOOLEAN NOT NULL,
  gone_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (location)
);
COMMENT ON TABLE raw_file_location IS '文件位置. One row per path or URL. Locations = parsed + quarantined + not a report.';
COMMENT ON COLUMN raw_file_location.location IS '位置. Path below data/raw, or URL; bytes that are not UTF-8 percent-encoded.';
COMMENT ON COLUMN raw_file_location.file_sha256 IS '文件校验值. References raw_file; NULL where unreadable.';
COMMENT ON COLUMN raw_file_location.folder_year IS '目录年度. Year of the folder, a hint only.';
COMMENT ON COLUMN raw_file_location.outcome IS '处理结果. parsed, quarantined or not_a_report.';
COMMENT ON COLUMN raw_file_location.reason IS '原因. Stable code of the reason.';
COMMENT ON COLUMN raw_file_location.detail IS '详情. What was seen, what was expected, what to do; in English.';
COMMENT ON COLUMN raw_file_location.detail_zh IS '中文详情. The same in Chinese.';
COMMENT ON COLUMN raw_file_location.fetched_at IS '抓取时间. When this content was first fetched there; NULL for files put by hand.';
COMMENT ON COLUMN raw_file_location.source_id IS '来源标识. Source of collecting/sources that listed it.';
COMMENT ON COLUMN raw_file_location.parent_location IS '所属网页. Page that links the attachment.';
COMMENT ON COLUMN raw_file_location.published_on IS '列表所示日期. Date of publication as its list states it.';
COMMENT ON COLUMN raw_file_location.is_latest IS '是否最新内容. False: the URL has another content by now.';
COMMENT ON COLUMN raw_file_location.gone_at IS '消失时间. When the portal no longer had it; the file is kept.';

CREATE TABLE report_file (
  report_key BIGINT NOT NULL,
  source_key BIGINT NOT NULL,
  file_sha256 VARCHAR NOT NULL,
  ordinal INTEGER NOT NULL,
  role VARCHAR NOT NULL,
  PRIMARY KEY (report_key, source_key)
);
COMMENT ON TABLE report_file IS '报告文件. Which files a report was read from: its main file, attachments, and copies of it in other formats.';
COMMENT ON COLUMN report_file.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN report_file.source_key IS '来源键. Key of what was read in this file; equals report_key for the main file.';
COMMENT ON COLUMN report_file.file_sha256 IS '文件校验值. References raw_file.';
COMMENT ON COLUMN report_file.ordinal IS '序号. Place of the report in the file, from 0.';
COMMENT ON COLUMN report_file.role IS '用途. main, attachment or duplicate.';

CREATE TABLE dim_agency (
  agency_sk BIGINT NOT NULL,
  agency_key BIGINT NOT NULL,
  name VARCHAR,
  agency_type VARCHAR,
  agency_function VARCHAR,
  level VARCHAR,
  code VARCHAR,
  township_code VARCHAR,
  province VARCHAR,
  prefecture VARCHAR,
  county VARCHAR,
  township VARCHAR,
  parent_agency_key BIGINT,
  region VARCHAR,
  valid_from INTEGER,
  valid_to INTEGER,
  division_code_latest VARCHAR,
  status VARCHAR NOT NULL,
  PRIMARY KEY (agency_sk)
);
COMMENT ON TABLE dim_agency IS '行政机关. One row per agency version. An unresolved report has a row of its own, shared with no other.';
COMMENT ON COLUMN dim_agency.agency_sk IS '行政机关版本键. Key of the agency version in force on 31 December of the report year.';
COMMENT ON COLUMN dim_agency.agency_key IS '行政机关键. Key of the agency, stable across renames.';
COMMENT ON COLUMN dim_agency.name IS '行政机关名称. Name of the agency; as printed where unresolved.';
COMMENT ON COLUMN dim_agency.agency_type IS '行政机关类型. Type of agency, from its name.';
COMMENT ON COLUMN dim_agency.agency_function IS '职能. Function of a department (education, finance ...), the same through reforms.';
COMMENT ON COLUMN dim_agency.level IS '层级. Administrative level.';
COMMENT ON COLUMN dim_agency.code IS '行政区划代码. Division code, county or above.';
COMMENT ON COLUMN dim_agency.township_code IS '乡级区划代码. Code of the township.';
COMMENT ON COLUMN dim_agency.province IS '省级. Province-level division.';
COMMENT ON COLUMN dim_agency.prefecture IS '地级. Prefecture-level division.';
COMMENT ON COLUMN dim_agency.county IS '县级. County-level division.';
COMMENT ON COLUMN dim_agency.township IS '乡级. Township-level division.';
COMMENT ON COLUMN dim_agency.parent_agency_key IS '上级行政机关键. Key of the parent agency.';
COMMENT ON COLUMN dim_agency.region IS '区域. Region: 东部, 中部, 西部, 东北.';
COMMENT ON COLUMN dim_agency.valid_from IS '有效起始年. First year the version is in force.';
COMMENT ON COLUMN dim_agency.valid_to IS '有效终止年. First year the version is no longer in force.';
COMMENT ON COLUMN dim_agency.division_code_latest IS '现行区划代码. Today''s code of most of the division, for series on constant geography.';
COMMENT ON COLUMN dim_agency.status IS '识别状态. How surely the surest of its reports was identified.';

CREATE TABLE dim_division (
  code VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  level VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  province_code VARCHAR NOT NULL,
  prefecture_code VARCHAR,
  parent_code VARCHAR,
  region VARCHAR,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER,
  division_code_latest VARCHAR,
  is_official BOOLEAN NOT NULL,
  PRIMARY KEY (code, valid_from)
);
COMMENT ON TABLE dim_division IS '行政区划. One row per administrative division (county and above) under one name: in force on 31 December of valid_from ... valid_to - 1.';
COMMENT ON COLUMN dim_division.code IS '行政区划代码. Six-digit code (GB/T 2260).';
COMMENT ON COLUMN dim_division.name IS '名称. Official name.';
COMMENT ON COLUMN dim_division.level IS '层级. Province, prefecture or county.';
COMMENT ON COLUMN dim_division.kind IS '类别. Official type (市辖区, 县级市 ...); pseudo for zones of the bureau''s lists.';
COMMENT ON COLUMN dim_division.province_code IS '省级代码. Code of the province.';
COMMENT ON COLUMN dim_division.prefecture_code IS '地级代码. Code of the prefecture; NULL under the province.';
COMMENT ON COLUMN dim_division.parent_code IS '上级代码. Code of the division above.';
COMMENT ON COLUMN dim_division.region IS '区域. Region: 东部, 中部, 西部, 东北.';
COMMENT ON COLUMN dim_division.valid_from IS '有效起始年. First year in force; 2002 is the first list.';
COMMENT ON COLUMN dim_division.valid_to IS '有效终止年. First year no longer in force.';
COMMENT ON COLUMN dim_division.division_code_latest IS '现行区划代码. Today''s code of most of it.';
COMMENT ON COLUMN dim_division.is_official IS '是否法定区划. False for zones that only the statistics bureau lists.';

CREATE TABLE division_succession (
  succession_order INTEGER NOT NULL,
  from_code VARCHAR,
  from_name VARCHAR,
  to_code VARCHAR,
  to_name VARCHAR,
  year INTEGER NOT NULL,
  kind VARCHAR NOT NULL,
  PRIMARY KEY (succession_order)
);
COMMENT ON TABLE division_succession IS '区划沿革. One row per predecessor, successor and year: renames, upgrades, merges, splits.';
COMMENT ON COLUMN division_succession.succession_order IS '序号. Order by year and codes.';
COMMENT ON COLUMN division_succession.from_code IS '原代码. Code before.';
COMMENT ON COLUMN division_succession.from_name IS '原名称. Name before.';
COMMENT ON COLUMN division_succession.to_code IS '新代码. Code after.';
COMMENT ON COLUMN division_succession.to_name IS '新名称. Name after.';
COMMENT ON COLUMN division_succession.year IS '年份. Year at whose end it is in force.';
COMMENT ON COLUMN division_succession.kind IS '变更类型. How the one became the other.';

CREATE TABLE dim_report (
  report_key BIGINT NOT NULL,
  agency_sk BIGINT NOT NULL,
  agency_status VARCHAR NOT NULL,
  year_key INTEGER NOT NULL,
  year_source VARCHAR NOT NULL,
  title VARCHAR,
  agency_printed VARCHAR,
  agency_code_printed VARCHAR,
  agency_code VARCHAR,
  code_conflict VARCHAR,
  scope VARCHAR NOT NULL,
  scope_basis VARCHAR,
  form VARCHAR NOT NULL,
  published_on DATE,
  due_on DATE,
  media_type VARCHAR NOT NULL,
  encoding VARCHAR,
  cells_expected INTEGER NOT NULL,
  cells_value INTEGER NOT NULL,
  cells_blank INTEGER NOT NULL,
  cells_nil_mark INTEGER NOT NULL,
  cells_text INTEGER NOT NULL,
  cells_ambiguous INTEGER NOT NULL,
  cells_absent INTEGER NOT NULL,
  status VARCHAR NOT NULL,
  related_report_key BIGINT,
  status_basis VARCHAR,
  PRIMARY KEY (report_key)
);
COMMENT ON TABLE dim_report IS '年度报告. One row per report: what it says of itself and how much of its form could be read.';
COMMENT ON COLUMN dim_report.report_key IS '报告键. Key of the report, from the sha256 of its main file and its place in it.';
COMMENT ON COLUMN dim_report.agency_sk IS '行政机关版本键. References dim_agency.';
COMMENT ON COLUMN dim_report.agency_status IS '行政机关识别状态. How surely the agency of this report was identified; agency_match has the evidence.';
COMMENT ON COLUMN dim_report.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN dim_report.year_source IS '年度依据. Where the year was read.';
COMMENT ON COLUMN dim_report.title IS '标题. Title as printed.';
COMMENT ON COLUMN dim_report.agency_printed IS '署名行政机关. Agency as printed in title or signature.';
COMMENT ON COLUMN dim_report.agency_code_printed IS '索引号. Index number that begins like an agency''s code, as printed, whether or not its check digits are right.';
COMMENT ON COLUMN dim_report.agency_code IS '统一社会信用代码. Code of the publisher in index number or address, check digits verified (GB 32100-2015, GB 11714): 18 characters, or the nine of the organisation code alone, which are places 9-17 of the former.';
COMMENT ON COLUMN dim_report.code_conflict IS '代码登记地不符. Code and registering division (places 3-8) where these contradict the division of the agency.';
COMMENT ON COLUMN dim_report.scope IS '统计范围. Own figures, a summary of subordinates, or unknown.';
COMMENT ON COLUMN dim_report.scope_basis IS '统计范围依据. What the scope rests on: stated, worded, or presumed by law; none where it is unknown.';
COMMENT ON COLUMN dim_report.form IS '格式. Form recognised from its labels; narrative: no statutory tables.';
COMMENT ON COLUMN dim_report.published_on IS '公布日期. Publication date, else the date of the signature.';
COMMENT ON COLUMN dim_report.due_on IS '公布期限. Last day for its publication, by year and type of agency (articles 31 of 2007, 49 of 2019).';
COMMENT ON COLUMN dim_report.media_type IS '文件类型. Media type of the main file, by content.';
COMMENT ON COLUMN dim_report.encoding IS '编码. Encoding the text was read in.';
COMMENT ON COLUMN dim_report.cells_expected IS '应有单元格数. Cells of the form (58, 198 or 200; narrative 0).';
COMMENT ON COLUMN dim_report.cells_value IS '数值单元格数. Cells with a number.';
COMMENT ON COLUMN dim_report.cells_blank IS '空白单元格数. Cells that are there and empty.';
COMMENT ON COLUMN dim_report.cells_nil_mark IS '无值符号单元格数. Cells with a nil mark (-, /, 无).';
COMMENT ON COLUMN dim_report.cells_text IS '文字单元格数. Cells with words instead of a number.';
COMMENT ON COLUMN dim_report.cells_ambiguous IS '存疑单元格数. Cells whose place cannot be known.';
COMMENT ON COLUMN dim_report.cells_absent IS '未列出单元格数. Cells of the form the report does not print.';
COMMENT ON COLUMN dim_report.status IS '状态. Current, a copy or older version of another, or one of several that differ. Of one agency, year and scope at most one is current; only current reports have facts.';
COMMENT ON COLUMN dim_report.related_report_key IS '关联报告键. The report this one duplicates or is superseded by.';
COMMENT ON COLUMN dim_report.status_basis IS '状态依据. What the status rests on; of a report that is current the doubt that there is, NULL where there is none.';

CREATE TABLE dim_form (
  form VARCHAR NOT NULL,
  form_order INTEGER NOT NULL,
  label VARCHAR NOT NULL,
  label_en VARCHAR NOT NULL,
  legal_source VARCHAR NOT NULL,
  layout VARCHAR NOT NULL,
  since_year INTEGER NOT NULL,
  until_year INTEGER,
  cells INTEGER NOT NULL,
  PRIMARY KEY (form)
);
COMMENT ON TABLE dim_form IS '报告格式. One row per form of the report, that in words included.';
COMMENT ON COLUMN dim_form.form IS '格式. Id of the form.';
COMMENT ON COLUMN dim_form.form_order IS '序号. Order by the first year in force, from 1.';
COMMENT ON COLUMN dim_form.label IS '格式名称. Name of the form.';
COMMENT ON COLUMN dim_form.label_en IS '格式英文名称. Name of the form in English.';
COMMENT ON COLUMN dim_form.legal_source IS '依据. Notice that prescribes the form.';
COMMENT ON COLUMN dim_form.layout IS '版式. How the form is printed.';
COMMENT ON COLUMN dim_form.since_year IS '起始年度. First report year in force.';
COMMENT ON COLUMN dim_form.until_year IS '截止年度. Last report year in force; NULL: until a later form.';
COMMENT ON COLUMN dim_form.cells IS '单元格数. Cells that a report on the form has.';

CREATE TABLE dim_form_cell (
  form VARCHAR NOT NULL,
  cell_path VARCHAR NOT NULL,
  cell_order INTEGER NOT NULL,
  table_id VARCHAR NOT NULL,
  row_id VARCHAR NOT NULL,
  column_id VARCHAR NOT NULL,
  table_label VARCHAR NOT NULL,
  row_label VARCHAR NOT NULL,
  column_label VARCHAR NOT NULL,
  label_en VARCHAR NOT NULL,
  unit VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  column_role VARCHAR NOT NULL,
  stage VARCHAR,
  fact VARCHAR NOT NULL,
  PRIMARY KEY (form, cell_path)
);
COMMENT ON TABLE dim_form_cell IS '格式单元格. One row per form and cell of it: its official labels, its unit, what its number means, the fact it stands in.';
COMMENT ON COLUMN dim_form_cell.form IS '格式. References dim_form.';
COMMENT ON COLUMN dim_form_cell.cell_path IS '单元格路径. table.row.column in canonical names; references cell.';
COMMENT ON COLUMN dim_form_cell.cell_order IS '单元格序. Order in print within the form, from 1.';
COMMENT ON COLUMN dim_form_cell.table_id IS '表标识. Table of the form.';
COMMENT ON COLUMN dim_form_cell.row_id IS '行标识. Row of the table.';
COMMENT ON COLUMN dim_form_cell.column_id IS '列标识. Column of the table; empty where it has one column only.';
COMMENT ON COLUMN dim_form_cell.table_label IS '表名称. Official label of the table.';
COMMENT ON COLUMN dim_form_cell.row_label IS '行名称. Official label of the row.';
COMMENT ON COLUMN dim_form_cell.column_label IS '列名称. Official label of the column.';
COMMENT ON COLUMN dim_form_cell.label_en IS '英文名称. Row and column in English.';
COMMENT ON COLUMN dim_form_cell.unit IS '单位. Unit of the form; empty where it prints none.';
COMMENT ON COLUMN dim_form_cell.kind IS '数值类别. How the text of the cell is read.';
COMMENT ON COLUMN dim_form_cell.column_role IS '栏目含义. What the number is.';
COMMENT ON COLUMN dim_form_cell.stage IS '阶段. Applications: stage of the line.';
COMMENT ON COLUMN dim_form_cell.fact IS '事实表. Table of facts that holds the cell.';

CREATE TABLE dim_application_line (
  line VARCHAR NOT NULL,
  line_order INTEGER NOT NULL,
  stage VARCHAR NOT NULL,
  line_group VARCHAR,
  label VARCHAR NOT NULL,
  group_label VARCHAR,
  article VARCHAR,
  forms VARCHAR NOT NULL,
  is_total BOOLEAN NOT NULL,
  PRIMARY KEY (line)
);
COMMENT ON TABLE dim_application_line IS '申请办理行. Lines of the applications table of both forms; the id is the segment of the cell path.';
COMMENT ON COLUMN dim_application_line.line IS '行标识. Id of the line: segment of the cell path.';
COMMENT ON COLUMN dim_application_line.line_order IS '行序. Order in print.';
COMMENT ON COLUMN dim_application_line.stage IS '阶段. Received, carried in, outcome, total of outcomes, carried out.';
COMMENT ON COLUMN dim_application_line.line_group IS '类别. Group of outcomes (denied, unable ...).';
COMMENT ON COLUMN dim_application_line.label IS '行名称. Official label.';
COMMENT ON COLUMN dim_application_line.group_label IS '类别名称. Official label of the group.';
COMMENT ON COLUMN dim_application_line.article IS '条款. Article of the regulation.';
COMMENT ON COLUMN dim_application_line.forms IS '适用格式. Forms that print the line, separated by commas.';
COMMENT ON COLUMN dim_application_line.is_total IS '是否合计. True for lines that add up others.';

CREATE TABLE dim_applicant (
  applicant VARCHAR NOT NULL,
  applicant_order INTEGER NOT NULL,
  label VARCHAR NOT NULL,
  is_organisation BOOLEAN NOT NULL,
  is_total BOOLEAN NOT NULL,
  PRIMARY KEY (applicant)
);
COMMENT ON TABLE dim_applicant IS '申请人. Columns of the applications table.';
COMMENT ON COLUMN dim_applicant.applicant IS '申请人标识. Id of the applicant: segment of the cell path.';
COMMENT ON COLUMN dim_applicant.applicant_order IS '序号. Order in print.';
COMMENT ON COLUMN dim_applicant.label IS '申请人名称. Official label.';
COMMENT ON COLUMN dim_applicant.is_organisation IS '是否组织. True for 法人或其他组织.';
COMMENT ON COLUMN dim_applicant.is_total IS '是否合计. True for the total.';

CREATE TABLE dim_review (
  channel VARCHAR NOT NULL,
  result VARCHAR NOT NULL,
  review_order INTEGER NOT NULL,
  channel_label VARCHAR NOT NULL,
  result_label VARCHAR NOT NULL,
  is_total BOOLEAN NOT NULL,
  PRIMARY KEY (channel, result)
);
COMMENT ON TABLE dim_review IS '复议诉讼项. Channel and result of reconsiderations and lawsuits.';
COMMENT ON COLUMN dim_review.channel IS '途径标识. Channel: segment of the cell path.';
COMMENT ON COLUMN dim_review.result IS '结果标识. Result: segment of the cell path.';
COMMENT ON COLUMN dim_review.review_order IS '序号. Order in print.';
COMMENT ON COLUMN dim_review.channel_label IS '途径名称. Official label of the channel.';
COMMENT ON COLUMN dim_review.result_label IS '结果名称. Official label of the result.';
COMMENT ON COLUMN dim_review.is_total IS '是否合计. True for the total of a channel.';

CREATE TABLE dim_indicator (
  indicator VARCHAR NOT NULL,
  indicator_order INTEGER NOT NULL,
  section VARCHAR NOT NULL,
  section_label VARCHAR NOT NULL,
  number VARCHAR,
  label VARCHAR NOT NULL,
  unit VARCHAR NOT NULL,
  part_of VARCHAR,
  PRIMARY KEY (indicator)
);
COMMENT ON TABLE dim_indicator IS '统计指标. Indicators of form 2014 (政府信息公开情况统计表), one number each.';
COMMENT ON COLUMN dim_indicator.indicator IS '指标标识. Id of the indicator: segment of the cell path.';
COMMENT ON COLUMN dim_indicator.indicator_order IS '指标序. Order in print.';
COMMENT ON COLUMN dim_indicator.section IS '部分标识. Section of the form.';
COMMENT ON COLUMN dim_indicator.section_label IS '部分名称. Official label of the section.';
COMMENT ON COLUMN dim_indicator.number IS '编号. Number printed before the label.';
COMMENT ON COLUMN dim_indicator.label IS '指标名称. Official label.';
COMMENT ON COLUMN dim_indicator.unit IS '单位. Unit the form prints.';
COMMENT ON COLUMN dim_indicator.part_of IS '所属指标. Indicator this one is a part of (其中).';

CREATE TABLE code_list (
  code_list VARCHAR NOT NULL,
  code VARCHAR NOT NULL,
  code_order INTEGER NOT NULL,
  label_zh VARCHAR NOT NULL,
  label_en VARCHAR NOT NULL,
  advice_zh VARCHAR,
  advice_en VARCHAR,
  PRIMARY KEY (code_list, code)
);
COMMENT ON TABLE code_list IS '代码表. Every code that the tables hold, with its meaning and what a reader can do about it.';
COMMENT ON COLUMN code_list.code_list IS '代码表标识. Vocabulary; the dictionary names that of each column.';
COMMENT ON COLUMN code_list.code IS '代码. Value as it stands in the tables.';
COMMENT ON COLUMN code_list.code_order IS '序号. Order in the vocabulary, from 1.';
COMMENT ON COLUMN code_list.label_zh IS '中文名称. Meaning in Chinese.';
COMMENT ON COLUMN code_list.label_en IS '英文名称. Meaning in English.';
COMMENT ON COLUMN code_list.advice_zh IS '中文处理建议. What to do about it, in Chinese.';
COMMENT ON COLUMN code_list.advice_en IS '英文处理建议. What to do about it, in English.';

CREATE TABLE fact_item_1_documents (
  report_key BIGINT NOT NULL,
  agency_sk BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  document_type VARCHAR NOT NULL,
  newly_made BIGINT,
  newly_made_status VARCHAR,
  newly_published BIGINT,
  newly_published_status VARCHAR,
  total_published BIGINT,
  total_published_status VARCHAR,
  issued BIGINT,
  issued_status VARCHAR,
  repealed BIGINT,
  repealed_status VARCHAR,
  in_force BIGINT,
  in_force_status VARCHAR
);
COMMENT ON TABLE fact_item_1_documents IS '第二十条第（一）项：规章和规范性文件. One row per report and document type. Measures of form 2019 and form 2021 are different things.';
COMMENT ON COLUMN fact_item_1_documents.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN fact_item_1_documents.agency_sk IS '行政机关版本键. References dim_agency.';
COMMENT ON COLUMN fact_item_1_documents.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN fact_item_1_documents.document_type IS '文件类型. rules or normative_documents: segment of the cell path.';
COMMENT ON COLUMN fact_item_1_documents.newly_made IS '本年新制作数量. Newly made in the year (form 2019), 件.';
COMMENT ON COLUMN fact_item_1_documents.newly_made_status IS '本年新制作数量状态. Why newly_made is NULL; NULL where the report''s form has no such cell.';
COMMENT ON COLUMN fact_item_1_documents.newly_published IS '本年新公开数量. Newly made public in the year (form 2019), 件.';
COMMENT ON COLUMN fact_item_1_documents.newly_published_status IS '本年新公开数量状态. Why newly_published is NULL; NULL where the report''s form has no such cell.';
COMMENT ON COLUMN fact_item_1_documents.total_published IS '对外公开总数量. Public in total (form 2019), 件.';
COMMENT ON COLUMN fact_item_1_documents.total_published_status IS '对外公开总数量状态. Why total_published is NULL; NULL where the report''s form has no such cell.';
COMMENT ON COLUMN fact_item_1_documents.issued IS '本年制发件数. Issued in the year (form 2021), 件.';
COMMENT ON COLUMN fact_item_1_documents.issued_status IS '本年制发件数状态. Why issued is NULL; NULL where the report''s form has no such cell.';
COMMENT ON COLUMN fact_item_1_documents.repealed IS '本年废止件数. Repealed in the year (form 2021), 件.';
COMMENT ON COLUMN fact_item_1_documents.repealed_status IS '本年废止件数状态. Why repealed is NULL; NULL where the report''s form has no such cell.';
COMMENT ON COLUMN fact_item_1_documents.in_force IS '现行有效件数. In force (form 2021), 件.';
COMMENT ON COLUMN fact_item_1_documents.in_force_status IS '现行有效件数状态. Why in_force is NULL; NULL where the report''s form has no such cell.';

CREATE TABLE fact_item_5_licensing (
  report_key BIGINT NOT NULL,
  agency_sk BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  matter VARCHAR NOT NULL,
  prior_year_items BIGINT,
  prior_year_items_status VARCHAR,
  items_change BIGINT,
  items_change_status VARCHAR,
  decisions BIGINT,
  decisions_status VARCHAR
);
COMMENT ON TABLE fact_item_5_licensing IS '第二十条第（五）项：行政许可和其他对外管理服务事项. One row per report and matter.';
COMMENT ON COLUMN fact_item_5_licensing.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN fact_item_5_licensing.agency_sk IS '行政机关版本键. References dim_agency.';
COMMENT ON COLUMN fact_item_5_licensing.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN fact_item_5_licensing.matter IS '事项. administrative_licensing or other_public_services.';
COMMENT ON COLUMN fact_item_5_licensing.prior_year_items IS '上一年项目数量. Items of the previous year (form 2019), 项.';
COMMENT ON COLUMN fact_item_5_licensing.prior_year_items_status IS '上一年项目数量状态. Why prior_year_items is NULL; NULL where the report''s form has no such cell.';
COMMENT ON COLUMN fact_item_5_licensing.items_change IS '本年增/减. Items added or removed, signed (form 2019), 项.';
COMMENT ON COLUMN fact_item_5_licensing.items_change_status IS '本年增/减状态. Why items_change is NULL; NULL where the report''s form has no such cell.';
COMMENT ON COLUMN fact_item_5_licensing.decisions IS '处理决定数量. Decisions of the year, 件. All decisions, made public or lawfully not (as 武政办发〔2025〕54号 explains). 口径：包括已公开和依法未公开的全部处理决定（武政办发〔2025〕54号的说明）。';
COMMENT ON COLUMN fact_item_5_licensing.decisions_status IS '处理决定数量状态. Why decisions is NULL; NULL where the report''s form has no such cell.';

CREATE TABLE fact_item_6_enforcement (
  report_key BIGINT NOT NULL,
  agency_sk BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  matter VARCHAR NOT NULL,
  prior_year_items BIGINT,
  prior_year_items_status VARCHAR,
  items_change BIGINT,
  items_change_status VARCHAR,
  decisions BIGINT,
  decisions_status VARCHAR
);
COMMENT ON TABLE fact_item_6_enforcement IS '第二十条第（六）项：行政处罚和行政强制. One row per report and kind of enforcement.';
COMMENT ON COLUMN fact_item_6_enforcement.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN fact_item_6_enforcement.agency_sk IS '行政机关版本键. References dim_agency.';
COMMENT ON COLUMN fact_item_6_enforcement.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN fact_item_6_enforcement.matter IS '事项. administrative_penalty or administrative_coercion.';
COMMENT ON COLUMN fact_item_6_enforcement.prior_year_items IS '上一年项目数量. Items of the previous year (form 2019), 项.';
COMMENT ON COLUMN fact_item_6_enforcement.prior_year_items_status IS '上一年项目数量状态. Why prior_year_items is NULL; NULL where the report''s form has no such cell.';
COMMENT ON COLUMN fact_item_6_enforcement.items_change IS '本年增/减. Items added or removed, signed (form 2019), 项.';
COMMENT ON COLUMN fact_item_6_enforcement.items_change_status IS '本年增/减状态. Why items_change is NULL; NULL where the report''s form has no such cell.';
COMMENT ON COLUMN fact_item_6_enforcement.decisions IS '处理决定数量. Decisions of the year, 件. All decisions, made public or lawfully not (as 武政办发〔2025〕54号 explains). 口径：包括已公开和依法未公开的全部处理决定（武政办发〔2025〕54号的说明）。';
COMMENT ON COLUMN fact_item_6_enforcement.decisions_status IS '处理决定数量状态. Why decisions is NULL; NULL where the report''s form has no such cell.';

CREATE TABLE fact_item_8_fees (
  report_key BIGINT NOT NULL,
  agency_sk BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  prior_year_items BIGINT,
  prior_year_items_status VARCHAR,
  items_change BIGINT,
  items_change_status VARCHAR,
  amount_collected_yuan DECIMAL(18,2),
  amount_collected_status VARCHAR,
  unit_source VARCHAR
);
COMMENT ON TABLE fact_item_8_fees IS '第二十条第（八）项：行政事业性收费. One row per report. Form 2019 counts fee items, form 2021 states the amount collected.';
COMMENT ON COLUMN fact_item_8_fees.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN fact_item_8_fees.agency_sk IS '行政机关版本键. References dim_agency.';
COMMENT ON COLUMN fact_item_8_fees.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN fact_item_8_fees.prior_year_items IS '上一年项目数量. Items of the previous year (form 2019), 项.';
COMMENT ON COLUMN fact_item_8_fees.prior_year_items_status IS '上一年项目数量状态. Why prior_year_items is NULL; NULL where the report''s form has no such cell.';
COMMENT ON COLUMN fact_item_8_fees.items_change IS '本年增/减. Items added or removed, signed (form 2019), 项.';
COMMENT ON COLUMN fact_item_8_fees.items_change_status IS '本年增/减状态. Why items_change is NULL; NULL where the report''s form has no such cell.';
COMMENT ON COLUMN fact_item_8_fees.amount_collected_yuan IS '本年收费金额（元）. Fees collected (form 2021). In yuan, exact.';
COMMENT ON COLUMN fact_item_8_fees.amount_collected_status IS '本年收费金额状态. Status of the cell amount_collected.';
COMMENT ON COLUMN fact_item_8_fees.unit_source IS '单位依据. Where the unit was read: the cell, the header, inferred from the digits, or none.';

CREATE TABLE fact_item_9_procurement (
  report_key BIGINT NOT NULL,
  agency_sk BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  project_count BIGINT,
  project_count_status VARCHAR,
  total_amount_yuan DECIMAL(18,2),
  total_amount_status VARCHAR,
  unit_source VARCHAR
);
COMMENT ON TABLE fact_item_9_procurement IS '第二十条第（九）项：政府集中采购. One row per report of form 2019; form 2021 does not ask for procurement.';
COMMENT ON COLUMN fact_item_9_procurement.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN fact_item_9_procurement.agency_sk IS '行政机关版本键. References dim_agency.';
COMMENT ON COLUMN fact_item_9_procurement.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN fact_item_9_procurement.project_count IS '采购项目数量. Procurement projects, 个.';
COMMENT ON COLUMN fact_item_9_procurement.project_count_status IS '采购项目数量状态. Why project_count is NULL; NULL where the report''s form has no such cell.';
COMMENT ON COLUMN fact_item_9_procurement.total_amount_yuan IS '采购总金额（元）. Procurement amount; the form prints no unit. In yuan, exact.';
COMMENT ON COLUMN fact_item_9_procurement.total_amount_status IS '采购总金额状态. Status of the cell total_amount.';
COMMENT ON COLUMN fact_item_9_procurement.unit_source IS '单位依据. Where the unit was read: the cell, the header, inferred from the digits, or none.';

CREATE TABLE fact_applications (
  report_key BIGINT NOT NULL,
  agency_sk BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  line VARCHAR NOT NULL,
  applicant VARCHAR NOT NULL,
  cases BIGINT,
  status VARCHAR NOT NULL
);
COMMENT ON TABLE fact_applications IS '收到和处理政府信息公开申请情况. One row per report, line and applicant: 161 rows of form 2019, 175 rows of form 2021.';
COMMENT ON COLUMN fact_applications.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN fact_applications.agency_sk IS '行政机关版本键. References dim_agency.';
COMMENT ON COLUMN fact_applications.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN fact_applications.line IS '行标识. References dim_application_line.';
COMMENT ON COLUMN fact_applications.applicant IS '申请人标识. References dim_applicant.';
COMMENT ON COLUMN fact_applications.cases IS '件数. Applications, 件. One letter that asks for several matters may count as several (国办函〔2020〕109号, article 4). 口径：一份申请包含多项内容的，可以按“一事一申请”拆分计算为多件（国办函〔2020〕109号第四条）。';
COMMENT ON COLUMN fact_applications.status IS '状态. Status of the cell; only value has a number.';

CREATE TABLE fact_reviews (
  report_key BIGINT NOT NULL,
  agency_sk BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  channel VARCHAR NOT NULL,
  result VARCHAR NOT NULL,
  cases BIGINT,
  status VARCHAR NOT NULL
);
COMMENT ON TABLE fact_reviews IS '政府信息公开行政复议、行政诉讼情况. One row per report, channel and result: 15 rows of form 2019, 15 rows of form 2021.';
COMMENT ON COLUMN fact_reviews.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN fact_reviews.agency_sk IS '行政机关版本键. References dim_agency.';
COMMENT ON COLUMN fact_reviews.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN fact_reviews.channel IS '途径标识. References dim_review.';
COMMENT ON COLUMN fact_reviews.result IS '结果标识. References dim_review.';
COMMENT ON COLUMN fact_reviews.cases IS '件数. Cases, 件. A lawsuit with the reconsideration body as co-defendant counts once, for the original agency and not for that body (国办公开办函〔2016〕201号). 口径：复议机关作共同被告的诉讼只计一次，计入原行为机关，不计入复议机关（国办公开办函〔2016〕201号）。';
COMMENT ON COLUMN fact_reviews.status IS '状态. Status of the cell; only value has a number.';

CREATE TABLE fact_statistics_2014 (
  report_key BIGINT NOT NULL,
  agency_sk BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  indicator VARCHAR NOT NULL,
  number DECIMAL(18,6),
  yuan DECIMAL(18,2),
  unit_source VARCHAR,
  status VARCHAR NOT NULL
);
COMMENT ON TABLE fact_statistics_2014 IS '政府信息公开情况统计表. One row per report and indicator: 58 rows of form 2014.';
COMMENT ON COLUMN fact_statistics_2014.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN fact_statistics_2014.agency_sk IS '行政机关版本键. References dim_agency.';
COMMENT ON COLUMN fact_statistics_2014.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN fact_statistics_2014.indicator IS '指标标识. References dim_indicator.';
COMMENT ON COLUMN fact_statistics_2014.number IS '统计数. The printed number, in the unit of the indicator.';
COMMENT ON COLUMN fact_statistics_2014.yuan IS '金额（元）. Amounts only: yuan, exact.';
COMMENT ON COLUMN fact_statistics_2014.unit_source IS '单位依据. Amounts only: where the unit was read.';
COMMENT ON COLUMN fact_statistics_2014.status IS '状态. Status of the cell; only value has a number.';

CREATE TABLE fact_report_figures (
  report_key BIGINT NOT NULL,
  agency_sk BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  received BIGINT,
  received_natural_person BIGINT,
  carried_in BIGINT,
  granted BIGINT,
  partially_granted BIGINT,
  denied_state_secret BIGINT,
  denied_prohibited_by_law BIGINT,
  denied_three_securities_one_stability BIGINT,
  denied_third_party_rights BIGINT,
  denied_internal_affairs BIGINT,
  denied_deliberative_process BIGINT,
  denied_enforcement_case_file BIGINT,
  denied_administrative_inquiry BIGINT,
  unable_not_held BIGINT,
  unable_needs_creation BIGINT,
  unable_still_unclear BIGINT,
  not_processed_petition_complaint BIGINT,
  not_processed_repeat_request BIGINT,
  not_processed_publication_request BIGINT,
  not_processed_excessive_requests BIGINT,
  not_processed_confirm_or_reissue BIGINT,
  other_processing_overdue_correction BIGINT,
  other_processing_overdue_fee BIGINT,
  other_processing_other BIGINT,
  outcome_total BIGINT,
  carried_out BIGINT,
  denied BIGINT,
  unable BIGINT,
  not_processed BIGINT,
  other_processing BIGINT,
  reconsideration_upheld BIGINT,
  reconsideration_corrected BIGINT,
  reconsideration_other_result BIGINT,
  reconsideration_pending BIGINT,
  reconsideration_total BIGINT,
  reconsideration_decided BIGINT,
  litigation_direct_upheld BIGINT,
  litigation_direct_corrected BIGINT,
  litigation_direct_other_result BIGINT,
  litigation_direct_pending BIGINT,
  litigation_direct_total BIGINT,
  litigation_direct_decided BIGINT,
  litigation_after_reconsideration_upheld BIGINT,
  litigation_after_reconsideration_corrected BIGINT,
  litigation_after_reconsideration_other_result BIGINT,
  litigation_after_reconsideration_pending BIGINT,
  litigation_after_reconsideration_total BIGINT,
  litigation_after_reconsideration_decided BIGINT
);
COMMENT ON TABLE fact_report_figures IS '年报主要数字. One row per current report with tables of its own, for rates and comparisons: the facts of its applications and reviews beside each other. NULL where a number is not there; a sum needs every one of its numbers.';
COMMENT ON COLUMN fact_report_figures.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN fact_report_figures.agency_sk IS '行政机关版本键. References dim_agency.';
COMMENT ON COLUMN fact_report_figures.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN fact_report_figures.received IS '本年新收政府信息公开申请数量. Line received, total column, 件.';
COMMENT ON COLUMN fact_report_figures.received_natural_person IS '本年新收政府信息公开申请数量：自然人. Received from natural persons, 件.';
COMMENT ON COLUMN fact_report_figures.carried_in IS '上年结转政府信息公开申请数量. Line carried_in, total column, 件.';
COMMENT ON COLUMN fact_report_figures.granted IS '予以公开. Line granted, total column, 件.';
COMMENT ON COLUMN fact_report_figures.partially_granted IS '部分公开. Line partially_granted, total column, 件.';
COMMENT ON COLUMN fact_report_figures.denied_state_secret IS '不予公开：属于国家秘密. Line denied.state_secret, total column, 件.';
COMMENT ON COLUMN fact_report_figures.denied_prohibited_by_law IS '不予公开：其他法律行政法规禁止公开. Line denied.prohibited_by_law, total column, 件.';
COMMENT ON COLUMN fact_report_figures.denied_three_securities_one_stability IS '不予公开：危及“三安全一稳定”. Line denied.three_securities_one_stability, total column, 件.';
COMMENT ON COLUMN fact_report_figures.denied_third_party_rights IS '不予公开：保护第三方合法权益. Line denied.third_party_rights, total column, 件.';
COMMENT ON COLUMN fact_report_figures.denied_internal_affairs IS '不予公开：属于三类内部事务信息. Line denied.internal_affairs, total column, 件.';
COMMENT ON COLUMN fact_report_figures.denied_deliberative_process IS '不予公开：属于四类过程性信息. Line denied.deliberative_process, total column, 件.';
COMMENT ON COLUMN fact_report_figures.denied_enforcement_case_file IS '不予公开：属于行政执法案卷. Line denied.enforcement_case_file, total column, 件.';
COMMENT ON COLUMN fact_report_figures.denied_administrative_inquiry IS '不予公开：属于行政查询事项. Line denied.administrative_inquiry, total column, 件.';
COMMENT ON COLUMN fact_report_figures.unable_not_held IS '无法提供：本机关不掌握相关政府信息. Line unable.not_held, total column, 件.';
COMMENT ON COLUMN fact_report_figures.unable_needs_creation IS '无法提供：没有现成信息需要另行制作. Line unable.needs_creation, total column, 件.';
COMMENT ON COLUMN fact_report_figures.unable_still_unclear IS '无法提供：补正后申请内容仍不明确. Line unable.still_unclear, total column, 件.';
COMMENT ON COLUMN fact_report_figures.not_processed_petition_complaint IS '不予处理：信访举报投诉类申请. Line not_processed.petition_complaint, total column, 件.';
COMMENT ON COLUMN fact_report_figures.not_processed_repeat_request IS '不予处理：重复申请. Line not_processed.repeat_request, total column, 件.';
COMMENT ON COLUMN fact_report_figures.not_processed_publication_request IS '不予处理：要求提供公开出版物. Line not_processed.publication_request, total column, 件.';
COMMENT ON COLUMN fact_report_figures.not_processed_excessive_requests IS '不予处理：无正当理由大量反复申请. Line not_processed.excessive_requests, total column, 件.';
COMMENT ON COLUMN fact_report_figures.not_processed_confirm_or_reissue IS '不予处理：要求行政机关确认或重新出具已获取信息. Line not_processed.confirm_or_reissue, total column, 件.';
COMMENT ON COLUMN fact_report_figures.other_processing_overdue_correction IS '其他处理：申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请. Line other_processing.overdue_correction, total column, 件.';
COMMENT ON COLUMN fact_report_figures.other_processing_overdue_fee IS '其他处理：申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请. Line other_processing.overdue_fee, total column, 件.';
COMMENT ON COLUMN fact_report_figures.other_processing_other IS '其他处理：其他. Line other_processing.other, total column, 件.';
COMMENT ON COLUMN fact_report_figures.outcome_total IS '办理结果总计. Line outcome_total, total column, 件.';
COMMENT ON COLUMN fact_report_figures.carried_out IS '结转下年度继续办理. Line carried_out, total column, 件.';
COMMENT ON COLUMN fact_report_figures.denied IS '不予公开合计. Sum of the lines denied.*, 件.';
COMMENT ON COLUMN fact_report_figures.unable IS '无法提供合计. Sum of the lines unable.*, 件.';
COMMENT ON COLUMN fact_report_figures.not_processed IS '不予处理合计. Sum of the lines not_processed.*, 件.';
COMMENT ON COLUMN fact_report_figures.other_processing IS '其他处理合计. Line other_processing (form 2019) or sum of the lines other_processing.*, 件.';
COMMENT ON COLUMN fact_report_figures.reconsideration_upheld IS '行政复议：结果维持. reconsideration, upheld, 件.';
COMMENT ON COLUMN fact_report_figures.reconsideration_corrected IS '行政复议：结果纠正. reconsideration, corrected, 件.';
COMMENT ON COLUMN fact_report_figures.reconsideration_other_result IS '行政复议：其他结果. reconsideration, other_result, 件.';
COMMENT ON COLUMN fact_report_figures.reconsideration_pending IS '行政复议：尚未审结. reconsideration, pending, 件.';
COMMENT ON COLUMN fact_report_figures.reconsideration_total IS '行政复议：总计. reconsideration, total, 件.';
COMMENT ON COLUMN fact_report_figures.reconsideration_decided IS '行政复议：审结. reconsideration, decided: upheld, corrected, other_result, 件.';
COMMENT ON COLUMN fact_report_figures.litigation_direct_upheld IS '未经复议直接起诉：结果维持. litigation_direct, upheld, 件.';
COMMENT ON COLUMN fact_report_figures.litigation_direct_corrected IS '未经复议直接起诉：结果纠正. litigation_direct, corrected, 件.';
COMMENT ON COLUMN fact_report_figures.litigation_direct_other_result IS '未经复议直接起诉：其他结果. litigation_direct, other_result, 件.';
COMMENT ON COLUMN fact_report_figures.litigation_direct_pending IS '未经复议直接起诉：尚未审结. litigation_direct, pending, 件.';
COMMENT ON COLUMN fact_report_figures.litigation_direct_total IS '未经复议直接起诉：总计. litigation_direct, total, 件.';
COMMENT ON COLUMN fact_report_figures.litigation_direct_decided IS '未经复议直接起诉：审结. litigation_direct, decided: upheld, corrected, other_result, 件.';
COMMENT ON COLUMN fact_report_figures.litigation_after_reconsideration_upheld IS '复议后起诉：结果维持. litigation_after_reconsideration, upheld, 件.';
COMMENT ON COLUMN fact_report_figures.litigation_after_reconsideration_corrected IS '复议后起诉：结果纠正. litigation_after_reconsideration, corrected, 件.';
COMMENT ON COLUMN fact_report_figures.litigation_after_reconsideration_other_result IS '复议后起诉：其他结果. litigation_after_reconsideration, other_result, 件.';
COMMENT ON COLUMN fact_report_figures.litigation_after_reconsideration_pending IS '复议后起诉：尚未审结. litigation_after_reconsideration, pending, 件.';
COMMENT ON COLUMN fact_report_figures.litigation_after_reconsideration_total IS '复议后起诉：总计. litigation_after_reconsideration, total, 件.';
COMMENT ON COLUMN fact_report_figures.litigation_after_reconsideration_decided IS '复议后起诉：审结. litigation_after_reconsideration, decided: upheld, corrected, other_result, 件.';

CREATE TABLE cell (
  report_key BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  cell_path VARCHAR NOT NULL,
  cell_order INTEGER NOT NULL,
  table_id VARCHAR NOT NULL,
  row_id VARCHAR NOT NULL,
  column_id VARCHAR NOT NULL,
  is_statutory BOOLEAN NOT NULL,
  raw_text VARCHAR,
  status VARCHAR NOT NULL,
  value DECIMAL(18,6),
  unit VARCHAR,
  yuan DECIMAL(18,2),
  unit_source VARCHAR,
  matched_by VARCHAR,
  match_score DOUBLE,
  note VARCHAR,
  file_sha256 VARCHAR NOT NULL,
  page INTEGER,
  line_number INTEGER,
  grid INTEGER,
  grid_row INTEGER,
  grid_col INTEGER,
  bbox VARCHAR,
  cell_reference VARCHAR,
  confidence DOUBLE
);
COMMENT ON TABLE cell IS '单元格. One row per report and cell of its form, and per extra cell printed. The single source of every fact.';
COMMENT ON COLUMN cell.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN cell.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN cell.cell_path IS '单元格路径. table.row.column in canonical names.';
COMMENT ON COLUMN cell.cell_order IS '单元格序. Order in print within the form; extra cells after them.';
COMMENT ON COLUMN cell.table_id IS '表标识. Table of the form.';
COMMENT ON COLUMN cell.row_id IS '行标识. Row of the table.';
COMMENT ON COLUMN cell.column_id IS '列标识. Column of the table; empty where it has one column only.';
COMMENT ON COLUMN cell.is_statutory IS '是否法定单元格. False for extra cells (subtotals, sub-rows).';
COMMENT ON COLUMN cell.raw_text IS '原文. Text as printed; of the whole row where ambiguous.';
COMMENT ON COLUMN cell.status IS '状态. What is in the cell; only value has a number.';
COMMENT ON COLUMN cell.value IS '数值. The printed number, in the unit printed.';
COMMENT ON COLUMN cell.unit IS '单位. Unit of the value; of amounts the unit read or inferred.';
COMMENT ON COLUMN cell.yuan IS '金额（元）. Amounts only: yuan, exact.';
COMMENT ON COLUMN cell.unit_source IS '单位依据. Amounts only: where the unit was read.';
COMMENT ON COLUMN cell.matched_by IS '匹配方式. How the cell was placed.';
COMMENT ON COLUMN cell.match_score IS '匹配度. Similarity of the row''s label, 0 to 1.';
COMMENT ON COLUMN cell.note IS '说明. Why the status or value is what it is.';
COMMENT ON COLUMN cell.file_sha256 IS '文件校验值. sha256 of the file the cell is printed in.';
COMMENT ON COLUMN cell.page IS '页. Page, from 1, where the format has pages.';
COMMENT ON COLUMN cell.line_number IS '行号. Line of the text file, from 1.';
COMMENT ON COLUMN cell.grid IS '表序. Ordinal of the table in the file, from 0.';
COMMENT ON COLUMN cell.grid_row IS '表内行. Row in the table, from 0.';
COMMENT ON COLUMN cell.grid_col IS '表内列. Column in the table, from 0.';
COMMENT ON COLUMN cell.bbox IS '坐标. Box on the page in points: left top right bottom.';
COMMENT ON COLUMN cell.cell_reference IS '单元格地址. Spreadsheet''s own reference: Sheet1!B7; of pages that are picture files, the name of the picture.';
COMMENT ON COLUMN cell.confidence IS '识别置信度. Of recognised text, 0 to 1; NULL: not a scan.';

CREATE TABLE unmapped_row (
  report_key BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  table_id VARCHAR NOT NULL,
  label VARCHAR NOT NULL,
  cells VARCHAR NOT NULL,
  file_sha256 VARCHAR NOT NULL,
  page INTEGER,
  line_number INTEGER,
  grid INTEGER,
  grid_row INTEGER,
  grid_col INTEGER,
  bbox VARCHAR,
  cell_reference VARCHAR,
  confidence DOUBLE
);
COMMENT ON TABLE unmapped_row IS '未识别行. Rows of recognised tables that no row of the form explains: kept, never dropped.';
COMMENT ON COLUMN unmapped_row.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN unmapped_row.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN unmapped_row.ordinal IS '序号. Order in the report, from 1.';
COMMENT ON COLUMN unmapped_row.table_id IS '表标识. Table the row stands in.';
COMMENT ON COLUMN unmapped_row.label IS '行名称. Label as printed; empty where lost.';
COMMENT ON COLUMN unmapped_row.cells IS '内容. Texts of its cells, as a JSON list.';
COMMENT ON COLUMN unmapped_row.file_sha256 IS '文件校验值. sha256 of the file the cell is printed in.';
COMMENT ON COLUMN unmapped_row.page IS '页. Page, from 1, where the format has pages.';
COMMENT ON COLUMN unmapped_row.line_number IS '行号. Line of the text file, from 1.';
COMMENT ON COLUMN unmapped_row.grid IS '表序. Ordinal of the table in the file, from 0.';
COMMENT ON COLUMN unmapped_row.grid_row IS '表内行. Row in the table, from 0.';
COMMENT ON COLUMN unmapped_row.grid_col IS '表内列. Column in the table, from 0.';
COMMENT ON COLUMN unmapped_row.bbox IS '坐标. Box on the page in points: left top right bottom.';
COMMENT ON COLUMN unmapped_row.cell_reference IS '单元格地址. Spreadsheet''s own reference: Sheet1!B7; of pages that are picture files, the name of the picture.';
COMMENT ON COLUMN unmapped_row.confidence IS '识别置信度. Of recognised text, 0 to 1; NULL: not a scan.';

CREATE TABLE report_section (
  report_key BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  section INTEGER NOT NULL,
  heading VARCHAR,
  body VARCHAR NOT NULL
);
COMMENT ON TABLE report_section IS '报告章节. Text of a report by section: 0 before the first heading, 1-6, 7 signature and after.';
COMMENT ON COLUMN report_section.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN report_section.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN report_section.section IS '章节. Section, 0 to 7.';
COMMENT ON COLUMN report_section.heading IS '章节标题. Heading as printed.';
COMMENT ON COLUMN report_section.body IS '正文. Text of the section, without tables.';

CREATE TABLE agency_match (
  report_key BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  code VARCHAR,
  score DOUBLE NOT NULL,
  evidence VARCHAR NOT NULL,
  gazetteer_version VARCHAR NOT NULL
);
COMMENT ON TABLE agency_match IS '行政机关匹配. Candidates of the agency of a report with their evidence.';
COMMENT ON COLUMN agency_match.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN agency_match.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN agency_match.ordinal IS '序号. Rank of the candidate, from 1.';
COMMENT ON COLUMN agency_match.name IS '候选名称. Name of the candidate.';
COMMENT ON COLUMN agency_match.code IS '行政区划代码. Division code.';
COMMENT ON COLUMN agency_match.score IS '得分. Score, 0 to 1.';
COMMENT ON COLUMN agency_match.evidence IS '依据. Evidence, as a JSON list.';
COMMENT ON COLUMN agency_match.gazetteer_version IS '地名库版本. Version of the gazetteer.';

CREATE TABLE narrative_figure (
  report_key BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  section INTEGER NOT NULL,
  start INTEGER NOT NULL,
  stop INTEGER NOT NULL,
  sentence VARCHAR NOT NULL,
  raw_text VARCHAR NOT NULL,
  value DECIMAL(18,6) NOT NULL,
  unit VARCHAR,
  yuan DECIMAL(18,2),
  kind VARCHAR NOT NULL,
  meanings VARCHAR NOT NULL,
  figure_group INTEGER,
  figure_role VARCHAR
);
COMMENT ON TABLE narrative_figure IS '正文数字. Numbers that the text of a report states, to hold the tables against them.';
COMMENT ON COLUMN narrative_figure.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN narrative_figure.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN narrative_figure.ordinal IS '序号. Order in the report, from 1.';
COMMENT ON COLUMN narrative_figure.section IS '章节. Section, 0 to 7.';
COMMENT ON COLUMN narrative_figure.start IS '起始位置. First character of the number in the section''s body, from 0.';
COMMENT ON COLUMN narrative_figure.stop IS '结束位置. First character after it.';
COMMENT ON COLUMN narrative_figure.sentence IS '句子. The sentence as printed.';
COMMENT ON COLUMN narrative_figure.raw_text IS '原文. The number as printed, with its unit.';
COMMENT ON COLUMN narrative_figure.value IS '数值. The number, in the unit printed.';
COMMENT ON COLUMN narrative_figure.unit IS '单位. Unit as printed.';
COMMENT ON COLUMN narrative_figure.yuan IS '金额（元）. Amounts only: yuan, exact.';
COMMENT ON COLUMN narrative_figure.kind IS '类别. count, amount, share, or none (the text says there was none).';
COMMENT ON COLUMN narrative_figure.meanings IS '可能含义. Measures it can mean, any of them, separated by commas: a cell path, or a sum of cells (applications.denied); of a share the part / the whole.';
COMMENT ON COLUMN narrative_figure.figure_group IS '分组. Parts and total of one sentence.';
COMMENT ON COLUMN narrative_figure.figure_role IS '角色. total or part of its group.';

CREATE TABLE audit_rule (
  rule VARCHAR NOT NULL,
  severity VARCHAR NOT NULL,
  forms VARCHAR NOT NULL,
  description_zh VARCHAR NOT NULL,
  description_en VARCHAR NOT NULL,
  formula VARCHAR NOT NULL,
  legal_source VARCHAR NOT NULL,
  legal_source_en VARCHAR NOT NULL,
  division_code VARCHAR,
  PRIMARY KEY (rule)
);
COMMENT ON TABLE audit_rule IS '审核规则. What an expert checks in a report.';
COMMENT ON COLUMN audit_rule.rule IS '规则标识. Stable slug of the rule.';
COMMENT ON COLUMN audit_rule.severity IS '严重程度. error: contradiction; warning: probably wrong; info.';
COMMENT ON COLUMN audit_rule.forms IS '适用格式. Forms the rule applies to, separated by commas.';
COMMENT ON COLUMN audit_rule.description_zh IS '规则说明. The rule in Chinese.';
COMMENT ON COLUMN audit_rule.description_en IS '英文说明. The rule in English.';
COMMENT ON COLUMN audit_rule.formula IS '公式. The relation checked.';
COMMENT ON COLUMN audit_rule.legal_source IS '依据. Document and article that the rule comes from, in Chinese.';
COMMENT ON COLUMN audit_rule.legal_source_en IS '依据（英文）. Document and article that the rule comes from, in English.';
COMMENT ON COLUMN audit_rule.division_code IS '适用地区. Rules of a local pack: the division below which they apply; NULL: everywhere.';

CREATE TABLE audit_rule_cell (
  rule VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  form VARCHAR NOT NULL,
  side VARCHAR NOT NULL,
  cell_path VARCHAR NOT NULL,
  sign INTEGER NOT NULL,
  is_last_year BOOLEAN NOT NULL,
  PRIMARY KEY (rule, scope, form, side, cell_path, is_last_year)
);
COMMENT ON TABLE audit_rule_cell IS '规则单元格. The cells that a rule uses, by form and scope.';
COMMENT ON COLUMN audit_rule_cell.rule IS '规则标识. References audit_rule.';
COMMENT ON COLUMN audit_rule_cell.scope IS '范围. What the evaluation is about: an applicant, a line, a channel.';
COMMENT ON COLUMN audit_rule_cell.form IS '格式. Form of the report.';
COMMENT ON COLUMN audit_rule_cell.side IS '等式一侧. Side of the relation.';
COMMENT ON COLUMN audit_rule_cell.cell_path IS '单元格路径. Cell whose number is added or subtracted.';
COMMENT ON COLUMN audit_rule_cell.sign IS '符号. 1: added, -1: subtracted.';
COMMENT ON COLUMN audit_rule_cell.is_last_year IS '是否上年. True for the cell of last year''s report of the same agency.';

CREATE TABLE audit_evaluation (
  report_key BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  rule VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  outcome VARCHAR NOT NULL,
  left_value DECIMAL(18,6),
  right_value DECIMAL(18,6),
  difference DECIMAL(18,6),
  cell_path VARCHAR,
  detail VARCHAR,
  detail_en VARCHAR,
  hint VARCHAR,
  hint_en VARCHAR
);
COMMENT ON TABLE audit_evaluation IS '规则结果. Every evaluation of a rule. The database holds those that are not a plain pass, Parquet holds all.';
COMMENT ON COLUMN audit_evaluation.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN audit_evaluation.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN audit_evaluation.rule IS '规则标识. References audit_rule.';
COMMENT ON COLUMN audit_evaluation.scope IS '范围. What the evaluation is about.';
COMMENT ON COLUMN audit_evaluation.outcome IS '结果. Outcome, with what a blank was taken for.';
COMMENT ON COLUMN audit_evaluation.left_value IS '左侧. Sum of the left side.';
COMMENT ON COLUMN audit_evaluation.right_value IS '右侧. Sum of the right side.';
COMMENT ON COLUMN audit_evaluation.difference IS '差额. Left minus right.';
COMMENT ON COLUMN audit_evaluation.cell_path IS '单元格路径. First cell concerned; references cell.';
COMMENT ON COLUMN audit_evaluation.detail IS '详情. What the evaluation turned on: a sentence, a meaning, a year.';
COMMENT ON COLUMN audit_evaluation.detail_en IS '详情（英文）. `detail` in English; NULL where it is nothing but what is printed, a code or a number.';
COMMENT ON COLUMN audit_evaluation.hint IS '可能原因. A single change that would explain a failure, in Chinese.';
COMMENT ON COLUMN audit_evaluation.hint_en IS '可能原因（英文）. The same in English.';

CREATE TABLE audit_finding (
  report_key BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  rule VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  severity VARCHAR NOT NULL,
  outcome VARCHAR NOT NULL,
  left_value DECIMAL(18,6),
  right_value DECIMAL(18,6),
  difference DECIMAL(18,6),
  cell_path VARCHAR,
  message VARCHAR NOT NULL,
  message_en VARCHAR NOT NULL,
  hint VARCHAR,
  hint_en VARCHAR
);
COMMENT ON TABLE audit_finding IS '审核发现. What a reader should look at: failed rules and what the extraction noticed.';
COMMENT ON COLUMN audit_finding.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN audit_finding.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN audit_finding.rule IS '规则标识. References audit_rule.';
COMMENT ON COLUMN audit_finding.scope IS '范围. What the finding is about.';
COMMENT ON COLUMN audit_finding.severity IS '严重程度. error, warning or info.';
COMMENT ON COLUMN audit_finding.outcome IS '结果. Outcome of the evaluation.';
COMMENT ON COLUMN audit_finding.left_value IS '左侧. Sum of the left side.';
COMMENT ON COLUMN audit_finding.right_value IS '右侧. Sum of the right side.';
COMMENT ON COLUMN audit_finding.difference IS '差额. Left minus right.';
COMMENT ON COLUMN audit_finding.cell_path IS '单元格路径. First cell concerned; references cell.';
COMMENT ON COLUMN audit_finding.message IS '说明. The finding in Chinese, with its figures.';
COMMENT ON COLUMN audit_finding.message_en IS '说明（英文）. The finding in English, with the same figures.';
COMMENT ON COLUMN audit_finding.hint IS '可能原因. A cause that would explain it, in Chinese.';
COMMENT ON COLUMN audit_finding.hint_en IS '可能原因（英文）. The same in English.';

CREATE TABLE cell_correction (
  correction INTEGER NOT NULL,
  report_key BIGINT NOT NULL,
  year_key INTEGER,
  cell_path VARCHAR NOT NULL,
  printed VARCHAR NOT NULL,
  published_value DECIMAL(18,6),
  corrected_value DECIMAL(18,6),
  corrected_yuan DECIMAL(18,2),
  state VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  evidence VARCHAR NOT NULL,
  detail VARCHAR,
  detail_zh VARCHAR,
  PRIMARY KEY (correction, report_key)
);
COMMENT ON TABLE cell_correction IS '数值更正. Printed numbers that a reader with evidence corrected. Published values stay as printed; the view cell_corrected shows both.';
COMMENT ON COLUMN cell_correction.correction IS '更正序号. Entry of corrections/cells.yml, from 1.';
COMMENT ON COLUMN cell_correction.report_key IS '报告键. References dim_report; 0 where no report has the cell.';
COMMENT ON COLUMN cell_correction.year_key IS '报告年度. Year of the report.';
COMMENT ON COLUMN cell_correction.cell_path IS '单元格路径. The cell; references cell.';
COMMENT ON COLUMN cell_correction.printed IS '应有原文. What the cell must print for the entry to hold.';
COMMENT ON COLUMN cell_correction.published_value IS '原数值. The number as published.';
COMMENT ON COLUMN cell_correction.corrected_value IS '更正数值. What it should be; NULL: it should not be used.';
COMMENT ON COLUMN cell_correction.corrected_yuan IS '更正金额（元）. Amounts only: yuan.';
COMMENT ON COLUMN cell_correction.state IS '更正状态. applied; expired: prints another text now; unused.';
COMMENT ON COLUMN cell_correction.reason IS '更正理由. Why.';
COMMENT ON COLUMN cell_correction.evidence IS '更正依据. Where that can be seen.';
COMMENT ON COLUMN cell_correction.detail IS '详情. Why the entry is not applied; in English.';
COMMENT ON COLUMN cell_correction.detail_zh IS '中文详情. The same in Chinese.';

CREATE TABLE report_audit (
  report_key BIGINT NOT NULL,
  agency_sk BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  warnings INTEGER NOT NULL,
  remarks INTEGER NOT NULL,
  largest_difference DECIMAL(18,6),
  location VARCHAR
);
COMMENT ON TABLE report_audit IS '年报审核情况. One row per report: its findings by severity, the largest difference, and where its main file lies.';
COMMENT ON COLUMN report_audit.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN report_audit.agency_sk IS '行政机关版本键. References dim_agency.';
COMMENT ON COLUMN report_audit.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN report_audit.errors IS '错误数. Findings of severity error.';
COMMENT ON COLUMN report_audit.warnings IS '警告数. Findings of severity warning.';
COMMENT ON COLUMN report_audit.remarks IS '提示数. Findings of severity info.';
COMMENT ON COLUMN report_audit.largest_difference IS '最大差额. The largest difference of an error, without its sign; empty where no error has one.';
COMMENT ON COLUMN report_audit.location IS '文件位置. First of the places of its main file.';

CREATE TABLE finding_cell (
  report_key BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  rule VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  raw_text VARCHAR,
  file_sha256 VARCHAR NOT NULL,
  page INTEGER,
  line_number INTEGER,
  grid INTEGER,
  grid_row INTEGER,
  grid_col INTEGER,
  bbox VARCHAR,
  cell_reference VARCHAR,
  confidence DOUBLE,
  location VARCHAR
);
COMMENT ON TABLE finding_cell IS '审核发现所指单元格. The cell that a finding leads to, one row per finding that names one: text and place as in cell.';
COMMENT ON COLUMN finding_cell.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN finding_cell.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN finding_cell.rule IS '规则标识. References audit_rule.';
COMMENT ON COLUMN finding_cell.scope IS '范围. What the finding is about.';
COMMENT ON COLUMN finding_cell.raw_text IS '原文. Text as printed; of the whole row where ambiguous.';
COMMENT ON COLUMN finding_cell.file_sha256 IS '文件校验值. sha256 of the file the cell is printed in.';
COMMENT ON COLUMN finding_cell.page IS '页. Page, from 1, where the format has pages.';
COMMENT ON COLUMN finding_cell.line_number IS '行号. Line of the text file, from 1.';
COMMENT ON COLUMN finding_cell.grid IS '表序. Ordinal of the table in the file, from 0.';
COMMENT ON COLUMN finding_cell.grid_row IS '表内行. Row in the table, from 0.';
COMMENT ON COLUMN finding_cell.grid_col IS '表内列. Column in the table, from 0.';
COMMENT ON COLUMN finding_cell.bbox IS '坐标. Box on the page in points: left top right bottom.';
COMMENT ON COLUMN finding_cell.cell_reference IS '单元格地址. Spreadsheet''s own reference: Sheet1!B7; of pages that are picture files, the name of the picture.';
COMMENT ON COLUMN finding_cell.confidence IS '识别置信度. Of recognised text, 0 to 1; NULL: not a scan.';
COMMENT ON COLUMN finding_cell.location IS '文件位置. First of the places of the file.';

CREATE TABLE printed_amount (
  report_key BIGINT NOT NULL,
  agency_sk BIGINT NOT NULL,
  year_key INTEGER NOT NULL,
  cell_path VARCHAR NOT NULL,
  raw_text VARCHAR,
  status VARCHAR NOT NULL,
  value DECIMAL(18,6),
  unit VARCHAR,
  yuan DECIMAL(18,2),
  unit_source VARCHAR
);
COMMENT ON TABLE printed_amount IS '金额原文. Amounts of the statutory tables of current reports as printed, beside what was read of them.';
COMMENT ON COLUMN printed_amount.report_key IS '报告键. References dim_report.';
COMMENT ON COLUMN printed_amount.agency_sk IS '行政机关版本键. References dim_agency.';
COMMENT ON COLUMN printed_amount.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN printed_amount.cell_path IS '单元格路径. The cell; references cell.';
COMMENT ON COLUMN printed_amount.raw_text IS '原文. Text as printed; of the whole row where ambiguous.';
COMMENT ON COLUMN printed_amount.status IS '状态. What is in the cell.';
COMMENT ON COLUMN printed_amount.value IS '数值. The printed number, in the unit printed.';
COMMENT ON COLUMN printed_amount.unit IS '单位. Unit read or inferred.';
COMMENT ON COLUMN printed_amount.yuan IS '金额（元）. Yuan, exact.';
COMMENT ON COLUMN printed_amount.unit_source IS '单位依据. Where the unit was read.';

CREATE TABLE sum_reports (
  year_key INTEGER NOT NULL,
  scope VARCHAR NOT NULL,
  province VARCHAR NOT NULL,
  level VARCHAR NOT NULL,
  agency_type VARCHAR NOT NULL,
  form VARCHAR NOT NULL,
  reports BIGINT NOT NULL,
  cells_expected BIGINT NOT NULL,
  cells_value BIGINT NOT NULL,
  cells_blank BIGINT NOT NULL,
  cells_nil_mark BIGINT NOT NULL,
  cells_text BIGINT NOT NULL,
  cells_ambiguous BIGINT NOT NULL,
  cells_absent BIGINT NOT NULL,
  errors BIGINT NOT NULL,
  warnings BIGINT NOT NULL,
  sound_reports BIGINT NOT NULL,
  PRIMARY KEY (year_key, scope, province, level, agency_type, form)
);
COMMENT ON TABLE sum_reports IS '年报汇总. Current reports of known years by year, scope, kind of agency and form: how many, how completely read, how sound.';
COMMENT ON COLUMN sum_reports.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN sum_reports.scope IS '统计范围. Own figures, a summary, or unknown.';
COMMENT ON COLUMN sum_reports.province IS '省份. Province of the agencies; empty where it is not known.';
COMMENT ON COLUMN sum_reports.level IS '层级. Level of the agencies (code list level); empty where it is not known.';
COMMENT ON COLUMN sum_reports.agency_type IS '行政机关类型. Type of the agencies (code list agency_type); empty where it is not known.';
COMMENT ON COLUMN sum_reports.form IS '格式. Form of the reports.';
COMMENT ON COLUMN sum_reports.reports IS '报告数. Reports.';
COMMENT ON COLUMN sum_reports.cells_expected IS '应有单元格数. Cells of their form.';
COMMENT ON COLUMN sum_reports.cells_value IS '数值单元格数. Cells of status value.';
COMMENT ON COLUMN sum_reports.cells_blank IS '空白单元格数. Cells of status blank.';
COMMENT ON COLUMN sum_reports.cells_nil_mark IS '无值符号单元格数. Cells of status nil_mark.';
COMMENT ON COLUMN sum_reports.cells_text IS '文字单元格数. Cells of status text.';
COMMENT ON COLUMN sum_reports.cells_ambiguous IS '存疑单元格数. Cells of status ambiguous.';
COMMENT ON COLUMN sum_reports.cells_absent IS '未列出单元格数. Cells of status absent.';
COMMENT ON COLUMN sum_reports.errors IS '错误数. Findings of severity error.';
COMMENT ON COLUMN sum_reports.warnings IS '警告数. Findings of severity warning.';
COMMENT ON COLUMN sum_reports.sound_reports IS '无错误和警告的报告数. Reports without any of them.';

CREATE TABLE sum_applications (
  year_key INTEGER NOT NULL,
  scope VARCHAR NOT NULL,
  province VARCHAR NOT NULL,
  level VARCHAR NOT NULL,
  agency_type VARCHAR NOT NULL,
  line VARCHAR NOT NULL,
  numbers BIGINT NOT NULL,
  cases BIGINT NOT NULL,
  PRIMARY KEY (year_key, scope, province, level, agency_type, line)
);
COMMENT ON TABLE sum_applications IS '申请件数汇总. Applications by line: sums over reports and applicants of the numbers that may be added (no totals). Sum one stage and one scope at a time.';
COMMENT ON COLUMN sum_applications.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN sum_applications.scope IS '统计范围. Own figures, a summary, or unknown.';
COMMENT ON COLUMN sum_applications.province IS '省份. Province of the agencies; empty where it is not known.';
COMMENT ON COLUMN sum_applications.level IS '层级. Level of the agencies (code list level); empty where it is not known.';
COMMENT ON COLUMN sum_applications.agency_type IS '行政机关类型. Type of the agencies (code list agency_type); empty where it is not known.';
COMMENT ON COLUMN sum_applications.line IS '行标识. References dim_application_line.';
COMMENT ON COLUMN sum_applications.numbers IS '数值个数. Numbers that were added: cells of single applicants with a number.';
COMMENT ON COLUMN sum_applications.cases IS '件数. Their sum, 件.';

CREATE TABLE sum_rates (
  year_key INTEGER NOT NULL,
  scope VARCHAR NOT NULL,
  province VARCHAR NOT NULL,
  level VARCHAR NOT NULL,
  agency_type VARCHAR NOT NULL,
  rate VARCHAR NOT NULL,
  reports BIGINT NOT NULL,
  numerator BIGINT NOT NULL,
  denominator BIGINT NOT NULL,
  PRIMARY KEY (year_key, scope, province, level, agency_type, rate)
);
COMMENT ON TABLE sum_rates IS '比率汇总. Numerators and denominators of the rates, over the reports that state both. Divide after adding.';
COMMENT ON COLUMN sum_rates.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN sum_rates.scope IS '统计范围. Own figures, a summary, or unknown.';
COMMENT ON COLUMN sum_rates.province IS '省份. Province of the agencies; empty where it is not known.';
COMMENT ON COLUMN sum_rates.level IS '层级. Level of the agencies (code list level); empty where it is not known.';
COMMENT ON COLUMN sum_rates.agency_type IS '行政机关类型. Type of the agencies (code list agency_type); empty where it is not known.';
COMMENT ON COLUMN sum_rates.rate IS '比率. Which rate.';
COMMENT ON COLUMN sum_rates.reports IS '报告数. Reports with both numbers.';
COMMENT ON COLUMN sum_rates.numerator IS '分子. Sum of the numerators, 件.';
COMMENT ON COLUMN sum_rates.denominator IS '分母. Sum of the denominators, 件.';

CREATE TABLE sum_divisions (
  year_key INTEGER NOT NULL,
  scope VARCHAR NOT NULL,
  agency_type VARCHAR NOT NULL,
  division_code_latest VARCHAR NOT NULL,
  division_then VARCHAR NOT NULL,
  reports BIGINT NOT NULL,
  received BIGINT,
  PRIMARY KEY (year_key, scope, agency_type, division_code_latest, division_then)
);
COMMENT ON TABLE sum_divisions IS '区划申请件数汇总. Applications received on today''s geography, of current reports of known years whose agency lies in a division that is known. Sum one scope and one agency type at a time.';
COMMENT ON COLUMN sum_divisions.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN sum_divisions.scope IS '统计范围. Own figures, a summary, or unknown.';
COMMENT ON COLUMN sum_divisions.agency_type IS '行政机关类型. Type of the agencies (code list agency_type); empty where it is not known.';
COMMENT ON COLUMN sum_divisions.division_code_latest IS '现行区划代码. Today''s code of most of the division.';
COMMENT ON COLUMN sum_divisions.division_then IS '当时的区划. Name of the division in the year: county, else prefecture, province.';
COMMENT ON COLUMN sum_divisions.reports IS '报告数. Reports with a row in fact_report_figures.';
COMMENT ON COLUMN sum_divisions.received IS '新收申请数. Sum of the applications received, 件.';

CREATE TABLE sum_decisions (
  year_key INTEGER NOT NULL,
  scope VARCHAR NOT NULL,
  province VARCHAR NOT NULL,
  level VARCHAR NOT NULL,
  agency_type VARCHAR NOT NULL,
  matter VARCHAR NOT NULL,
  reports BIGINT NOT NULL,
  decisions BIGINT,
  PRIMARY KEY (year_key, scope, province, level, agency_type, matter)
);
COMMENT ON TABLE sum_decisions IS '处理决定汇总. Decisions by matter (licensing, penalties, coercion).';
COMMENT ON COLUMN sum_decisions.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN sum_decisions.scope IS '统计范围. Own figures, a summary, or unknown.';
COMMENT ON COLUMN sum_decisions.province IS '省份. Province of the agencies; empty where it is not known.';
COMMENT ON COLUMN sum_decisions.level IS '层级. Level of the agencies (code list level); empty where it is not known.';
COMMENT ON COLUMN sum_decisions.agency_type IS '行政机关类型. Type of the agencies (code list agency_type); empty where it is not known.';
COMMENT ON COLUMN sum_decisions.matter IS '事项. Matter: row of the form.';
COMMENT ON COLUMN sum_decisions.reports IS '报告数. Reports with a number.';
COMMENT ON COLUMN sum_decisions.decisions IS '处理决定数量. Sum of the decisions, 件.';

CREATE TABLE sum_findings (
  year_key INTEGER NOT NULL,
  scope VARCHAR NOT NULL,
  province VARCHAR NOT NULL,
  level VARCHAR NOT NULL,
  agency_type VARCHAR NOT NULL,
  rule VARCHAR NOT NULL,
  severity VARCHAR NOT NULL,
  findings BIGINT NOT NULL,
  reports BIGINT NOT NULL,
  PRIMARY KEY (year_key, scope, province, level, agency_type, rule, severity)
);
COMMENT ON TABLE sum_findings IS '审核发现汇总. Findings by rule.';
COMMENT ON COLUMN sum_findings.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN sum_findings.scope IS '统计范围. Own figures, a summary, or unknown.';
COMMENT ON COLUMN sum_findings.province IS '省份. Province of the agencies; empty where it is not known.';
COMMENT ON COLUMN sum_findings.level IS '层级. Level of the agencies (code list level); empty where it is not known.';
COMMENT ON COLUMN sum_findings.agency_type IS '行政机关类型. Type of the agencies (code list agency_type); empty where it is not known.';
COMMENT ON COLUMN sum_findings.rule IS '规则标识. References audit_rule.';
COMMENT ON COLUMN sum_findings.severity IS '严重程度. error, warning or info.';
COMMENT ON COLUMN sum_findings.findings IS '问题数. Findings.';
COMMENT ON COLUMN sum_findings.reports IS '报告数. Reports that have one.';

CREATE TABLE sum_cells (
  year_key INTEGER NOT NULL,
  form VARCHAR NOT NULL,
  table_id VARCHAR NOT NULL,
  row_id VARCHAR NOT NULL,
  column_id VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  cells BIGINT NOT NULL,
  PRIMARY KEY (year_key, form, table_id, row_id, column_id, status)
);
COMMENT ON TABLE sum_cells IS '无数值单元格汇总. Cells without a number by year, form and place in the form, extra cells included. Blank is not zero.';
COMMENT ON COLUMN sum_cells.year_key IS '报告年度. Report year as read from the report; 0 where no year can be read. References dim_year.';
COMMENT ON COLUMN sum_cells.form IS '格式. Form of the reports.';
COMMENT ON COLUMN sum_cells.table_id IS '表标识. Table of the form.';
COMMENT ON COLUMN sum_cells.row_id IS '行标识. Row of the table.';
COMMENT ON COLUMN sum_cells.column_id IS '列标识. Column of the table; empty where it has one column only.';
COMMENT ON COLUMN sum_cells.status IS '状态. What is in the cells: all but value.';
COMMENT ON COLUMN sum_cells.cells IS '单元格数. Cells of current reports: at most one in a report.';
